using Muster.Cli.Terminal;

namespace Muster.Cli;

/// <summary>An exception that nobody foresaw: one sentence for the person, the rest in a file for whoever mends it.</summary>
internal static class Crash
{
    public static string Tell(Exception exception, CommandHost host, System.CommandLine.ParseResult? parse)
    {
        var sentence = $"Something went wrong inside Muster: {Ansi.Harmless(exception.Message).TrimEnd('.')}.";
        try
        {
            var file = CommandContext.HomeOf(host, parse).In("logs", "crash.log");
            State.Home.Write(file, $"{host.Surroundings.Time.GetUtcNow():O} Muster {Invocation.Version}\n{exception}\n");
            return $"{sentence} The detail is in {file}";
        }
        catch (Exception unwritten) when (unwritten is CliException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return sentence; // no home to write to; the sentence is what there is
        }
    }
}
