using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Threading.Channels;
using Google.Protobuf;
using Muster.Protocol.Wire;

namespace Muster.Client.Workers;

/// <summary>Runs handlers, so many at once; the hub never gives more than there is room for.</summary>
internal sealed class FunctionRunner(IReadOnlyDictionary<string, FunctionHandler> handlers, WorkerOptions options, ResultBatcher results, TimeProvider time)
{
    private const int MostResult = 64 << 10;
    private const int MostError = 2000;

    private readonly Channel<FunctionCall> _waiting = Channel.CreateUnbounded<FunctionCall>();
    private readonly ConcurrentDictionary<AttemptRef, FunctionCall> _held = new();
    private int _running;

    public int Running => Volatile.Read(ref _running);

    public IEnumerable<AttemptRef> Held => _held.Keys;

    public async Task RunAsync(CancellationToken cancel)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        List<Task> parts = [results.RunAsync(end.Token), .. Enumerable.Range(0, options.Concurrency).Select(_ => Task.Run(() => ServeAsync(end.Token), CancellationToken.None))];
        await Task.WhenAny(parts);
        await end.CancelAsync(); // they end together: a part that failed is not to leave a worker that only seems to work
        await Task.WhenAll(parts);
    }

    public void Take(LeaseBatch batch)
    {
        foreach (var lease in batch.Leases)
        {
            var call = new FunctionCall(lease.Ref, batch.Works[(int)lease.Work], lease.Payload);
            if (_held.TryAdd(lease.Ref, call))
            {
                _waiting.Writer.TryWrite(call);
            }
        }
    }

    /// <summary>One that is not there was over already, or never came: either way the hub is to know.</summary>
    public void Stop(AttemptRef attempt)
    {
        if (_held.TryGetValue(attempt, out var call))
        {
            call.Stop();
        }
        else
        {
            results.Add(new AttemptResult { Ref = attempt, Outcome = "lost", Error = "It was not here." }, more: false);
        }
    }

    private async Task ServeAsync(CancellationToken cancel)
    {
        try
        {
            await foreach (var call in _waiting.Reader.ReadAllAsync(cancel))
            {
                Interlocked.Increment(ref _running);
                var result = await RunAsync(call, cancel);
                Interlocked.Decrement(ref _running);
                _held.TryRemove(call.Ref, out _);
                results.Add(result, more: _waiting.Reader.Count > 0);
                call.Dispose();
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // the program stops: what was not done is run elsewhere, or when it is back
        }
    }

    private async Task<AttemptResult> RunAsync(FunctionCall call, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        var result = new AttemptResult { Ref = call.Ref, JobId = call.Work.JobId, StartedAt = time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0 };
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(call.Work.TimeoutSeconds), time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(call.Stopped, limit.Token, cancel);
        try
        {
            stop.Token.ThrowIfCancellationRequested();
            var value = await handlers[call.Work.Function](call.Payload.Memory, stop.Token);
            Succeed(result, value);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            result.Outcome = limit.IsCancellationRequested ? "timed_out" : call.Stopped.IsCancellationRequested ? "stopped" : "lost";
        }
        catch (Exception error)
        {
            // whatever a handler throws is its task's failure
            (result.Outcome, result.ExitCode) = ("failed", 1);
            result.Error = error.Message.Length > MostError ? error.Message[..MostError] : error.Message;
        }

        result.Usage = new ResourceUse { WallSeconds = time.GetElapsedTime(started).TotalSeconds };
        return result;
    }

    private static void Succeed(AttemptResult result, ReadOnlyMemory<byte> value)
    {
        if (value.Length > MostResult)
        {
            (result.Outcome, result.ExitCode) = ("failed", 1);
            result.Error = $"The result has {value.Length} bytes, and a function may give at most {MostResult}: write it to an artifact.";
            return;
        }

        result.Outcome = "succeeded";
        result.Result = UnsafeByteOperations.UnsafeWrap(value);
        result.OutputsHash = UnsafeByteOperations.UnsafeWrap(SHA256.HashData(value.Span));
    }
}

/// <summary>One task that was given to this program.</summary>
internal sealed class FunctionCall(AttemptRef name, Work work, ByteString payload) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public AttemptRef Ref => name;

    public Work Work => work;

    public ByteString Payload => payload;

    public CancellationToken Stopped => _stop.Token;

    public void Stop() => _stop.Cancel();

    public void Dispose() => _stop.Dispose();
}
