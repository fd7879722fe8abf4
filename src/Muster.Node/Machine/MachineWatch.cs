using Muster.Protocol.Wire;

namespace Muster.Node.Machine;

/// <summary>Reads the machine every few seconds for whoever wants to know.</summary>
internal sealed class MachineWatch(MachineMonitor monitor, Gpus gpus, TimeProvider time)
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private const int GpusEvery = 6;
    private NodeReadings? _latest;

    /// <summary>Null before the first.</summary>
    public NodeReadings? Latest => Volatile.Read(ref _latest);

    /// <summary>After each reading, on the watch's own loop.</summary>
    public event Action<NodeReadings>? Read;

    /// <summary>Ends with the token.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            var round = 0;
            do
            {
                if (round++ % GpusEvery == 0)
                {
                    await gpus.LookAsync(cancel);
                }

                var readings = monitor.Read();
                Volatile.Write(ref _latest, readings);
                Read?.Invoke(readings);
            }
            while (await timer.WaitForNextTickAsync(cancel));
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // the node stops
        }
    }
}
