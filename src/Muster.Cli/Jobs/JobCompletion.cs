using System.CommandLine.Completions;
using Muster.Cli.Talk;
using Muster.Client;

namespace Muster.Cli.Jobs;

/// <summary>Ids of recent jobs, for the shell.</summary>
internal static class JobCompletion
{
    private const int Most = 30;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    // The library asks without awaiting, and the program does nothing else meanwhile.
    public static IEnumerable<CompletionItem> Ids(CommandHost host, CompletionContext completion) => Task.Run(() => FindAsync(host, completion)).GetAwaiter().GetResult();

    private static async Task<IReadOnlyList<CompletionItem>> FindAsync(CommandHost host, CompletionContext completion)
    {
        try
        {
            using var limit = new CancellationTokenSource(_patience, host.Surroundings.Time);
            await using var hub = HubConnection.Open(new CommandContext(host, completion.ParseResult));
            var jobs = (await hub.Client.Jobs.ListAsync(Most, cancellationToken: limit.Token)).Items;
            return [.. jobs.Select(job => JobText.Short(job.Id)).Where(id => id.StartsWith(completion.WordToComplete, StringComparison.Ordinal)).Select(id => new CompletionItem(id))];
        }
        catch (Exception absent) when (absent is CliException or MusterException or OperationCanceledException)
        {
            return []; // no hub to ask: nothing is completed
        }
    }
}
