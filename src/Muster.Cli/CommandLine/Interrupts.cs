using System.Runtime.InteropServices;

namespace Muster.Cli;

/// <summary>Ctrl-C and a service manager's stop: the first asks nicely, the second leaves at once.</summary>
public sealed class Interrupts(TimeProvider time) : IDisposable
{
    // timeout(1) signals its child and then the child's group, which is one wish and comes as two signals.
    private static readonly TimeSpan _oneWish = TimeSpan.FromMilliseconds(500);
    private readonly CancellationTokenSource _first = new();
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly Lock _gate = new();
    private long? _firstAt;

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _first.Token;

    public bool Happened => _first.IsCancellationRequested;

    public static Interrupts OfProcess()
    {
        var interrupts = new Interrupts(TimeProvider.System);
        interrupts._signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, interrupts.Handle));
        interrupts._signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, interrupts.Handle));
        return interrupts;
    }

    /// <summary>As a signal would.</summary>
    public void Raise()
    {
        bool isFirst;
        lock (_gate)
        {
            isFirst = _firstAt is null;
            _firstAt ??= time.GetTimestamp();
        }

        if (isFirst)
        {
            _first.Cancel();
        }
        else if (time.GetElapsedTime(_firstAt!.Value) > _oneWish)
        {
            Environment.Exit(ExitCode.Interrupted);
        }
    }

    public void Dispose()
    {
        _signals.ForEach(signal => signal.Dispose());
        _first.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        Raise();
    }
}
