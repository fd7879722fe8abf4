using System.Runtime.InteropServices;

namespace Muster.Cli;

/// <summary>Ctrl-C and a service manager's stop: the first asks nicely, the second leaves at once.</summary>
public sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _first = new();
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _count;

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _first.Token;

    public bool Happened => _first.IsCancellationRequested;

    public static Interrupts OfProcess()
    {
        var interrupts = new Interrupts();
        interrupts._signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, interrupts.Handle));
        interrupts._signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, interrupts.Handle));
        return interrupts;
    }

    /// <summary>As a signal would.</summary>
    public void Raise()
    {
        if (Interlocked.Increment(ref _count) == 1)
        {
            _first.Cancel();
        }
        else
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
