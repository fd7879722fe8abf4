using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Muster.Cli.Configuration;

namespace Muster.Cli;

/// <summary>Words take anything, and so they would take a mistyped option too.</summary>
internal static partial class MistypedOption
{
    /// <param name="command">Its name as it is typed, without <c>muster</c>.</param>
    /// <param name="what">What the words are, for a person.</param>
    /// <exception cref="CliException">One of the words looks like an option, and does not stand behind <c>--</c>.</exception>
    public static void Refuse(ParseResult parse, Argument<string[]> words, string command, string what)
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
            $"muster {command} has no option {option}.{(near is null ? "" : $" Did you mean {near}?")} If it belongs to {what}, write -- before {what}.\nSee: muster {command} --help",
            ExitCode.Usage);
    }

    [GeneratedRegex(@"^-[A-Za-z][\w-]*$", RegexOptions.None, 1000)]
    private static partial Regex Short();

    [GeneratedRegex(@"^--[A-Za-z][\w-]*(=.*)?$", RegexOptions.Singleline, 1000)]
    private static partial Regex Long();
}
