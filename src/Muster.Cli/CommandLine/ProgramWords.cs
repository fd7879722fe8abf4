using System.CommandLine;
using Muster.Cli.Configuration;

namespace Muster.Cli;

/// <summary>
/// In <c>muster run ls -la</c> the words from the program on are the program's, as with ssh: a <c>--</c> is put before it. What is no
/// option there is refused, for no program's name begins with a dash.
/// </summary>
internal static class ProgramWords
{
    private const string Apart = "--";

    /// <exception cref="CliException">There is no such option; a usage error.</exception>
    public static IReadOnlyList<string> SetApart(RootCommand root, IReadOnlyList<string> args)
    {
        var first = First(args, 0, root.Options);
        if (first >= args.Count || args[first] != "run" || root.Subcommands.FirstOrDefault(command => command.Name == "run") is not { } run)
        {
            return args;
        }

        IReadOnlyList<Option> options = [.. run.Options, .. root.Options.Where(option => option.Recursive)];
        var program = First(args, first + 1, options);
        if (program >= args.Count || args[program] == Apart)
        {
            return args;
        }

        return args[program].StartsWith('-') ? throw Unknown(args[program], options) : [.. args.Take(program), Apart, .. args.Skip(program)];
    }

    /// <summary>The first word that is neither one of the options nor the value of one.</summary>
    private static int First(IReadOnlyList<string> args, int from, IEnumerable<Option> options)
    {
        for (var at = from; at < args.Count; at++)
        {
            var word = args[at];
            if (!word.StartsWith('-') || word == Apart)
            {
                return at;
            }

            var equals = word.AsSpan(1).IndexOfAny('=', ':') + 1;
            if (Find(options, equals > 0 ? word[..equals] : word) is { } option)
            {
                at += equals == 0 && TakesValue(option) ? 1 : 0;
            }
            else if (Bundle(options, word) is { } more)
            {
                at += more;
            }
            else
            {
                return at;
            }
        }

        return args.Count;
    }

    private static Option? Find(IEnumerable<Option> options, string name) =>
        options.FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name));

    private static bool TakesValue(Option option) => option.Arity.MinimumNumberOfValues > 0 || (option.ValueType != typeof(bool) && option.Arity.MaximumNumberOfValues > 0);

    /// <summary>Short ones in one word, of which the last may have its value there (<c>-deA=1</c>) or in the next.</summary>
    /// <returns>How many further words belong to it; null: it is none.</returns>
    private static int? Bundle(IEnumerable<Option> options, string word)
    {
        if (word is ['-', '-', ..] or "-")
        {
            return null;
        }

        for (var at = 1; at < word.Length; at++)
        {
            if (Find(options, $"-{word[at]}") is not { } option)
            {
                return null;
            }

            if (TakesValue(option))
            {
                return at == word.Length - 1 ? 1 : 0;
            }
        }

        return 0;
    }

    private static CliException Unknown(string word, IEnumerable<Option> options)
    {
        var name = word.Split('=', ':')[0];
        var near = Nearness.Nearest(name, options.Select(option => option.Name));
        return new CliException($"muster run has no option {name}.{(near is null ? "" : $" Did you mean {near}?")}\nSee: muster run --help", ExitCode.Usage);
    }
}
