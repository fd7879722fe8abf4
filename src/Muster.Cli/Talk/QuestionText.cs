using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Muster.Cli.Configuration;

namespace Muster.Cli.Talk;

/// <summary>What is asked: the words of the command line, and what was piped in.</summary>
internal static partial class QuestionText
{
    private const int Longest = 100_000;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    /// <exception cref="CliException">There is none, too much, or a mistyped option in it.</exception>
    public static async Task<string> ReadAsync(CommandContext context, Argument<string[]> words, CancellationToken cancellationToken)
    {
        RefuseOptions(context.Parse, words);
        var text = string.Join(' ', context.Parse.GetValue(words) ?? []);
        if (context.Surroundings.Piped)
        {
            var piped = (await PipedAsync(context, text.Length > 0, cancellationToken)).TrimEnd();
            text = (text.Length, piped.Length) switch
            {
                (_, 0) => text,
                (0, _) => piped,
                _ => $"{text}\n\n```\n{piped}\n```",
            };
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            throw new CliException("What do you want to know? For example: muster ask \"how much disk is free?\"", ExitCode.Usage);
        }

        return text.Length <= Longest
            ? text
            : throw new CliException($"The text has {text.Length:N0} characters; {Longest:N0} are the most. Put it into a file in the working folder and ask about the file, or send less of it (tail, grep).", ExitCode.Usage);
    }

    /// <summary>
    /// All of standard input. A console's reader blocks whoever calls it and hears no cancellation, so it is read aside. Nobody may mean
    /// it where words are given, and then it may have no end: after a while without input that is said.
    /// </summary>
    private static async Task<string> PipedAsync(CommandContext context, bool hasWords, CancellationToken cancellationToken)
    {
        var (input, first) = (context.Surroundings.In, new char[4096]);
        var beginning = Task.Run(() => input.Read(first, 0, first.Length), CancellationToken.None);
        try
        {
            await beginning.WaitAsync(hasWords ? _patience : Timeout.InfiniteTimeSpan, context.Time, cancellationToken);
        }
        catch (TimeoutException)
        {
            context.Printer.Note("Waiting for the end of standard input, which is asked about together with your words. If nothing is meant to come from there: muster ask … </dev/null");
        }

        var read = await beginning.WaitAsync(cancellationToken);
        return read == 0 ? "" : new string(first, 0, read) + await Task.Run(input.ReadToEnd, CancellationToken.None).WaitAsync(cancellationToken);
    }

    /// <summary>Words take anything, and so they would take a mistyped option too.</summary>
    private static void RefuseOptions(ParseResult parse, Argument<string[]> words)
    {
        var afterDashes = parse.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Skip(1).Count();
        var typed = (parse.GetValue(words) ?? []).SkipLast(afterDashes).ToList();
        var option = typed.Take(1).FirstOrDefault(word => Short().IsMatch(word)) ?? typed.Find(word => Long().IsMatch(word));
        if (option is null)
        {
            return;
        }

        var known = parse.CommandResult.Command.Options.Concat(parse.RootCommandResult.Command.Options).Select(one => one.Name);
        var near = Nearness.Nearest(option.Split('=')[0], known);
        throw new CliException(
            $"muster ask has no option {option}.{(near is null ? "" : $" Did you mean {near}?")} If it belongs to the question, write -- before the question.\nSee: muster ask --help",
            ExitCode.Usage);
    }

    [GeneratedRegex(@"^-[A-Za-z][\w-]*$", RegexOptions.None, 1000)]
    private static partial Regex Short();

    [GeneratedRegex(@"^--[A-Za-z][\w-]*(=.*)?$", RegexOptions.Singleline, 1000)]
    private static partial Regex Long();
}
