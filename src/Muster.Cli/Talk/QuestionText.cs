using System.CommandLine;

namespace Muster.Cli.Talk;

/// <summary>What is asked: the words of the command line, and what was piped in.</summary>
internal static class QuestionText
{
    private const int Longest = 100_000;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    /// <exception cref="CliException">There is none, too much, or a mistyped option in it.</exception>
    public static async Task<string> ReadAsync(CommandContext context, Argument<string[]> words, CancellationToken cancellationToken)
    {
        MistypedOption.Refuse(context.Parse, words, "ask", "the question");
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
}
