using Muster.Protocol.Wire;

namespace Muster.Node.Compute;

/// <summary>Says at intervals what runs and what it uses. All of it may be lost.</summary>
internal sealed class Signals(ComputeHost host, Func<NodeOffer> offer, Action<Frame> tell, TimeProvider time)
{
    private const int OfferEvery = 10;
    private const int UsageEvery = 20;
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(1);
    private readonly HashSet<AttemptRef> _began = [];
    private int _stale;

    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(_every, time);
        try
        {
            for (var second = 1; await timer.WaitForNextTickAsync(cancel); second++)
            {
                Tell(second);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // the node stops
        }
    }

    /// <summary>At once, when it has changed.</summary>
    public void TellOffer() => tell(new Frame { NodeOffer = offer() });

    /// <summary>Within a second: what is in the cache changes with each input of an attempt.</summary>
    public void TellOfferSoon() => Interlocked.Exchange(ref _stale, 1);

    private void Tell(int second)
    {
        var running = host.Running.Where(run => run.Usage is not null).ToList();
        _began.IntersectWith(running.Select(run => run.Ref));
        var began = running.Where(run => _began.Add(run.Ref)).Select(run => run.Ref).ToList();
        if (began.Count > 0)
        {
            tell(new Frame { AttemptsStarted = new AttemptsStarted { Refs = { began } } });
        }

        if (Interlocked.Exchange(ref _stale, 0) == 1 || second == 1 || second % OfferEvery == 0)
        {
            TellOffer();
        }

        foreach (var run in second % UsageEvery == 0 ? running : [])
        {
            if (run.Usage is { } used)
            {
                tell(new Frame { AttemptUsage = new AttemptUsage { Ref = run.Ref, Usage = AttemptRun.UseOf(used, run.Work) } });
            }
        }
    }
}
