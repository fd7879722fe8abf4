using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Claiming;
using Muster.Hub.Chat;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Chat.Threads;
using Muster.Storage;

namespace Muster.Hub;

/// <summary>A hub that listens. Disposing it stops it; what it had accepted is durable.</summary>
public sealed class RunningHub : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private readonly WebApplication _app;
    private readonly Database _database;
    private bool _disposed;

    /// <summary>It was told to stop.</summary>
    private bool _told;

    internal RunningHub(WebApplication app, Database database, LocalCredential local)
    {
        (_app, _database, Local) = (app, database, local);
        Address = app.Services.GetRequiredService<HubAddress>();
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        app.Lifetime.ApplicationStopped.Register(() => stopped.TrySetResult());
        app.Lifetime.ApplicationStopping.Register(() =>
        {
            if (!Volatile.Read(ref _told))
            {
                stopped.TrySetException(new HubException("A part of the hub failed for good, so the hub has stopped: see its log (muster logs). All that it had accepted is kept: start it again."));
            }
        });
        Stopped = stopped.Task;
    }

    public HubAddress Address { get; }

    /// <summary>Where it listens, with the real ports.</summary>
    public IReadOnlyList<string> Urls => Address.Urls;

    public IServiceProvider Services => _app.Services;

    /// <summary>What the commands of this home need; to be written to credentials.json, 0600.</summary>
    public LocalCredential Local { get; }

    /// <summary>Completes when the hub has stopped as it was told to; fails with a <see cref="HubException"/> when it stops by itself, and is then to be disposed of.</summary>
    public Task Stopped { get; }

    public bool Claimed => Services.GetRequiredService<ClaimState>().Claimed;

    /// <summary>A run goes on somewhere, or a machine that is there has not got all that was sent to it.</summary>
    public async Task<bool> IsBusyAsync(CancellationToken cancel = default) =>
        await _database.ReadAsync(
            tx => RunStore.Open(tx) > 0 || tx.Scalar<long>("select count(*) from messages where state in ('accepted', 'queued', 'steered')") > 0, cancel)
        || await Services.GetRequiredService<Background.BackgroundDesk>().AnyAsync(cancel);

    /// <summary>A one-time link to set the owner's password; null once the hub is claimed.</summary>
    public async Task<OwnerLinkAnswer?> OwnerLinkAsync(CancellationToken cancel = default) =>
        Claimed ? null : await Services.GetRequiredService<OwnerLinks>().IssueAsync(cancel);

    public async Task StopAsync(CancellationToken cancel = default)
    {
        Volatile.Write(ref _told, true);
        await _app.StopAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        // Readers of streams would otherwise hold the server's stop up.
        Services.GetRequiredService<ThreadFeeds>().End();
        Services.GetRequiredService<Jobs.Events.JobFeeds>().End();
        using var patience = new CancellationTokenSource(_patience, TimeProvider.System);
        try
        {
            await StopAsync(patience.Token);
        }
        finally
        {
            await Services.GetRequiredService<BackgroundWork>().StopAsync();
            await _app.DisposeAsync();
            await _database.DisposeAsync();
        }
    }
}
