using System.Threading.Channels;
using Muster.Protocol.Receipts;
using Muster.Protocol.Wire;

namespace Muster.Client.Workers;

/// <summary>
/// Signs and sends what is done: whatever has gathered since the last time, as one batch. While more calls wait, results wait a moment
/// for theirs: the hub stores each batch by itself, and one of a hundred costs it little more than one of one.
/// </summary>
internal sealed class ResultBatcher(WorkerIdentity identity, Action<ResultBatch> send, TimeProvider time)
{
    private const int MostResults = 500;
    private const int MostBytes = 256 << 10;
    private static readonly TimeSpan _moment = TimeSpan.FromMilliseconds(2);

    private readonly Channel<AttemptResult> _done = Channel.CreateUnbounded<AttemptResult>(); // one with a single reader does not count

    /// <summary>Whoever waits for more results is told that there are none to wait for.</summary>
    private readonly Channel<bool> _due = Channel.CreateBounded<bool>(1);
    private volatile bool _more;

    /// <param name="more">Whether further calls wait for the place that this one had.</param>
    public void Add(AttemptResult result, bool more)
    {
        _more = more;
        _done.Writer.TryWrite(result);
        if (!more || _done.Reader.Count >= MostResults)
        {
            _due.Writer.TryWrite(true);
        }
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (await _done.Reader.WaitToReadAsync(cancel))
            {
                await GatherAsync(cancel);
                Send();
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            Send(); // what is done is told, if the connection is still there
        }
    }

    private async Task GatherAsync(CancellationToken cancel)
    {
        _due.Reader.TryRead(out _); // of a batch that is sent
        if (!_more || _done.Reader.Count >= MostResults)
        {
            return;
        }

        using var patience = new CancellationTokenSource(_moment, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        try
        {
            await _due.Reader.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // a moment is over
        }
    }

    private void Send()
    {
        var batch = new ResultBatch();
        for (var bytes = 0; batch.Results.Count < MostResults && bytes < MostBytes && _done.Reader.TryRead(out var result);)
        {
            batch.Results.Add(result);
            bytes += result.Result.Length + 200;
        }

        if (batch.Results.Count == 0)
        {
            return;
        }

        ReceiptSignature.Sign(batch, identity.NodeId, identity.Key);
        send(batch);
    }
}
