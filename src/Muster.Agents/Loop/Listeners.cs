using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Muster.Agents.Loop;

/// <summary>Who watches an agent. One event at a time, each listener awaited in order of registration.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle holds nothing.")]
internal sealed class Listeners
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private ImmutableList<Registration> _all = [];

    public IDisposable Add(Func<AgentEvent, CancellationToken, ValueTask> listener)
    {
        var registration = new Registration(this, listener);
        ImmutableInterlocked.Update(ref _all, all => all.Add(registration));
        return registration;
    }

    public async ValueTask EmitAsync(AgentEvent agentEvent, CancellationToken abort)
    {
        if (_all.IsEmpty)
        {
            return;
        }

        await _gate.WaitAsync(CancellationToken.None);
        ExceptionDispatchInfo? failed = null;
        try
        {
            foreach (var registration in _all)
            {
                var error = await TellAsync(registration, agentEvent, abort);
                failed ??= error;
            }
        }
        finally
        {
            _gate.Release();
        }

        failed?.Throw();
    }

    /// <summary>One that fails does not keep the event from the others.</summary>
    private static async ValueTask<ExceptionDispatchInfo?> TellAsync(Registration registration, AgentEvent agentEvent, CancellationToken abort)
    {
        try
        {
            await registration.Listener(agentEvent, abort);
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            // A listener that stops with the run has not failed; the events that end the run still follow.
        }
        catch (Exception error)
        {
            return ExceptionDispatchInfo.Capture(error);
        }

        return null;
    }

    private sealed class Registration(Listeners owner, Func<AgentEvent, CancellationToken, ValueTask> listener) : IDisposable
    {
        public Func<AgentEvent, CancellationToken, ValueTask> Listener { get; } = listener;

        public void Dispose() => ImmutableInterlocked.Update(ref owner._all, all => all.Remove(this));
    }
}
