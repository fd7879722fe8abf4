using System.CommandLine;
using Muster.Cli.Configuration;
using Muster.Cli.Terminal;
using Muster.Client;
using Muster.Protocol.Transfers;

namespace Muster.Cli;

/// <summary>One call of the program: from its arguments to its exit code.</summary>
public static class Invocation
{
    // "@nas is the backup done?" names a machine, not a file with more arguments.
    private static readonly ParserConfiguration _asTyped = new() { ResponseFileTokenReplacer = null };

    public static string Version { get; } = typeof(Invocation).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public static async Task<int> RunAsync(IReadOnlyList<string> args, Surroundings surroundings, Interrupts interrupts)
    {
        if (args is ["--version"])
        {
            surroundings.Out.WriteLine(Version);
            return ExitCode.Ok;
        }

        var host = new CommandHost(surroundings, interrupts);
        ParseResult? parse = null;
        try
        {
            var root = CommandTree.Build(host, args);
            parse = root.Parse(ProgramWords.SetApart(root, args), _asTyped);
            parse = Bare(parse) is { } meant ? root.Parse([.. args, meant], _asTyped) : parse;
            return await RunAsync(parse, surroundings, interrupts);
        }
        catch (CliException exception)
        {
            return Fail(surroundings, exception.Message, OwnCode(parse, exception.ExitCode));
        }
        catch (MusterException exception)
        {
            return Fail(surroundings, Sentence(exception), OwnCode(parse, CliException.CodeOf(exception)));
        }
        catch (OperationCanceledException) when (interrupts.Happened)
        {
            return ExitCode.Interrupted;
        }
        catch (IOException exception) when (FileTransfer.IsDiskFull(exception))
        {
            return Fail(surroundings, $"The disk is full ({exception.Message}): free some space, then try again.", OwnCode(parse, ExitCode.Failed));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Fail(surroundings, exception.Message, OwnCode(parse, ExitCode.Failed));
        }
        catch (Exception exception)
        {
            return Fail(surroundings, Crash.Tell(exception, host, parse), OwnCode(parse, ExitCode.Failed));
        }
    }

    /// <summary>What a group of commands means alone: its list, and the program its help. Null where a command is named, or something that is none.</summary>
    private static string? Bare(ParseResult parse) => parse switch
    {
        { Action: System.CommandLine.Help.HelpAction } or { UnmatchedTokens.Count: > 0 } or { CommandResult.Command.Action: not null } => null,
        { CommandResult.Command: RootCommand } => "--help",
        { CommandResult.Command: var group } => group.Subcommands.Any(child => child.Name == "list") ? "list" : null,
    };

    private static Task<int> RunAsync(ParseResult parse, Surroundings surroundings, Interrupts interrupts)
    {
        var asksForHelp = parse.Action is System.CommandLine.Help.HelpAction;
        if (parse.Errors.Count > 0 && !asksForHelp)
        {
            return Task.FromResult(Refuse(parse, surroundings));
        }

        if (asksForHelp)
        {
            Shorten(parse.CommandResult.Command);
        }

        return parse.InvokeAsync(
            new InvocationConfiguration
            {
                Output = surroundings.Out,
                Error = surroundings.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            },
            interrupts.Token);
    }

    /// <summary>In a list of commands one line each is enough; their own help has the rest.</summary>
    private static void Shorten(Command command)
    {
        foreach (var child in command.Subcommands)
        {
            child.Description = child.Description?.Split('\n')[0];
        }
    }

    /// <summary>All codes of <c>run</c> but this one are its command's; a mistake on the command line is found before there is one.</summary>
    private static int OwnCode(ParseResult? parse, int code) =>
        parse?.CommandResult.Command is Jobs.Running.RunCommand && code is not (ExitCode.Usage or ExitCode.Interrupted) ? ExitCode.Broken : code;

    private static string Sentence(MusterException exception)
    {
        var alone = exception.Errors is [var only] && $"{only.Message} {only.Fix}".TrimEnd() == exception.Detail;
        var lines = (alone ? [] : exception.Errors).Select(error => $"\n  {error.Field}{(error.Line is { } line ? $" (line {line})" : "")}: {error.Message} {error.Fix}".TrimEnd());
        return exception.Detail + string.Concat(lines) + exception.Code switch
        {
            "unauthenticated" => " Sign in with: muster login URL",
            "unreachable" => " Is it running? Look for the cause with: muster doctor",
            _ => "",
        };
    }

    private static int Fail(Surroundings surroundings, string message, int code)
    {
        new Printer(surroundings).Warning("muster: " + Ansi.Harmless(message));
        return code;
    }

    private static int Refuse(ParseResult parse, Surroundings surroundings)
    {
        var command = parse.CommandResult.Command;
        var path = command is RootCommand ? "muster" : "muster " + string.Join(' ', command.Parents.OfType<Command>().Where(parent => parent is not RootCommand).Reverse().Select(parent => parent.Name).Append(command.Name));
        if (parse.UnmatchedTokens is [var unknown, ..])
        {
            var known = unknown.StartsWith('-')
                ? command.Options.Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options).Where(option => option.Recursive)).Select(option => option.Name)
                : command.Subcommands.Select(child => child.Name);
            var near = Nearness.Nearest(unknown, known);
            var kind = unknown.StartsWith('-') ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
            surroundings.Error.WriteLine($"muster: {path} has no {kind} {unknown}." + (near is null ? "" : $" Did you mean {near}?"));
        }
        else
        {
            surroundings.Error.WriteLine("muster: " + string.Join(" ", parse.Errors.Select(error => error.Message).Distinct(StringComparer.Ordinal)));
        }

        surroundings.Error.WriteLine($"See: {path} --help");
        return ExitCode.Usage;
    }
}
