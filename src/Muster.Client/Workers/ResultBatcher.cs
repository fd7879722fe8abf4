using System.Threading.Channels;
using Muster.Protocol.Receipts;
using Muster.Protocol.Wire;

namespace Muster.Client.Workers;

/// <summary>Signs and sends what is done: whatever has gathered since the last time, as one batch.</summary>
internal sealed class ResultBatcher(WorkerIdentity identity, Action<ResultBatch> send)
{
    private const int MostResults = 500;
    private const int MostBytes = 256 << 10;

    private readonly Channel<AttemptResult> _done = Channel.CreateUnbounded<AttemptResult>(new UnboundedChannelOptions { SingleReader = true });

    public void Add(AttemptResult result) => _done.Writer.TryWrite(result);

    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (await _done.Reader.WaitToReadAsync(cancel))
            {
                Send();
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            Send(); // what is done is told, if the connection is still there
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
