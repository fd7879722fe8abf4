using Muster.Cli.Composition;
using Muster.Cli.Configuration;
using Muster.Cli.Operations;
using Muster.Cli.State;
using Muster.Hub;

namespace Muster.Cli.Serving;

/// <summary>What <c>up</c> and <c>hub</c> share: take the home, start, announce, wait, stop.</summary>
internal sealed class ServeLoop(CommandContext context)
{
    public async Task<int> RunAsync(MusterConfiguration configuration, IReadOnlyList<string> urls, string? workingDirectory, CancellationToken cancellationToken)
    {
        var started = context.Time.GetTimestamp();
        var taken = HomeLock.TryTake(context.Home) ?? throw Occupied();
        await using var logs = LogFiles.Start(context.Home, configuration, context.Surroundings);
        var settings = new HubSettings(context.Home, urls, configuration.Flag("insecure_http"), configuration, context.Time, logs.Factory, configuration.TextOrNull("site"));
        await using var standalone = await Standalone.StartAsync(taken, settings, workingDirectory, embedded: false, cancellationToken);
        await using var memory = new QuietMemory(context.Time);
        StartScreen.Print(context, standalone, LanUrl(standalone.Hub.Urls), context.Time.GetElapsedTime(started));
        try
        {
            await standalone.Hub.Stopped.WaitAsync(cancellationToken);
            return ExitCode.Ok;
        }
        catch (OperationCanceledException) when (context.Interrupts.Happened)
        {
            context.Printer.Note("Stopping; what runs goes on after the next start.");
            return ExitCode.Ok;
        }
        catch (HubException failure)
        {
            throw new CliException(failure.Message);
        }
    }

    /// <summary>The address a phone in the same network would use, when one is served.</summary>
    public static string? LanUrl(IReadOnlyList<string> urls)
    {
        var open = urls.Select(url => new Uri(url)).FirstOrDefault(url => !url.IsLoopback);
        if (open is null)
        {
            return null;
        }

        return open.Host is "0.0.0.0" or "[::]"
            ? LocalAddress.Lan() is { } lan ? new UriBuilder(open) { Host = lan }.Uri.GetLeftPart(UriPartial.Authority) : null
            : open.GetLeftPart(UriPartial.Authority);
    }

    private CliException Occupied() => HubFile.Read(context.Home) switch
    {
        { Embedded: false } live => new CliException($"A hub runs for this home already, at {live.Url} (process {live.Pid}). Use it, stop it, or give this one another home: --home DIR"),
        { } => new CliException("An ask or chat runs with a hub of its own in this home. Let it end first, or give this one another home: --home DIR"),
        null => new CliException("Another command is starting a hub in this home. Try again in a moment."),
    };
}
