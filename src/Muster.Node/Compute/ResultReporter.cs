using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Muster.Node.Link;
using Muster.Protocol.Link;
using Muster.Protocol.Receipts;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Compute;

/// <summary>Signs results and puts them into the outbox, in the transaction that also marks their attempts as over: as many at once as have gathered.</summary>
internal sealed partial class ResultReporter(HubLink link, Database database, NodeIdentity identity, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private const int MostResults = 256;
    private const int MostBytes = 256 << 10;
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
    private readonly Channel<(AttemptResult Result, Action<Transaction>? Alongside)> _done = Channel.CreateUnbounded<(AttemptResult, Action<Transaction>?)>(new UnboundedChannelOptions { SingleReader = true });
    private Task _running = Task.CompletedTask;

    public void Start() => _running = Task.Run(RunAsync);

    /// <param name="alongside">Runs in the transaction that puts the result into the outbox.</param>
    public void Add(AttemptResult result, Action<Transaction>? alongside = null) => _done.Writer.TryWrite((result, alongside));

    public async ValueTask DisposeAsync()
    {
        _done.Writer.TryComplete();
        await _running;
    }

    private async Task RunAsync()
    {
        using var key = identity.OpenKey();
        while (await _done.Reader.WaitToReadAsync())
        {
            var (batch, alongside) = (new ResultBatch(), new List<Action<Transaction>>());
            for (var bytes = 0; batch.Results.Count < MostResults && bytes < MostBytes && _done.Reader.TryRead(out var done);)
            {
                batch.Results.Add(done.Result);
                alongside.AddRange(done.Alongside is { } also ? [also] : []);
                bytes += done.Result.CalculateSize();
            }

            ReceiptSignature.Sign(batch, identity.NodeId, key);
            await KeepAsync(batch, alongside);
        }
    }

    /// <summary>A result is never dropped: a full disk is waited out.</summary>
    private async Task KeepAsync(ResultBatch batch, IReadOnlyList<Action<Transaction>> alongside)
    {
        while (true)
        {
            try
            {
                var now = time.GetUtcNow().ToUnixTimeMilliseconds();
                await database.WriteAsync(tx =>
                {
                    link.Enqueue(tx, Lane.Pool, new Frame { Results = batch });
                    foreach (var result in batch.Results)
                    {
                        AttemptStore.End(tx, result.Ref, now);
                    }

                    foreach (var also in alongside)
                    {
                        also(tx);
                    }
                });
                return;
            }
            catch (StorageException error) when (!_done.Reader.Completion.IsCompleted)
            {
                LogNotKept(logger, batch.Results.Count, error);
                await Task.Delay(_pause, time);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} results could not be stored yet")]
    private static partial void LogNotKept(ILogger logger, int count, Exception error);
}
