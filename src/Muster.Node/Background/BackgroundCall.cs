using Muster.Agents.Tools;

namespace Muster.Node.Background;

/// <summary>One tool call that may outlive its turn: it works under a cancellation of its own.</summary>
internal sealed class BackgroundCall : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private int _killed;
    private bool _detached;
    private bool _over;
    private string _reason = "";
    private Task<ToolResult> _working = Task.FromCanceled<ToolResult>(new CancellationToken(true));

    public BackgroundCall(BackgroundRow row, TaskOutput output) => (Row, Output) = (row, output);

    public BackgroundRow Row { get; }

    public TaskOutput Output { get; }

    /// <summary>The call itself, as the tool ends it.</summary>
    public Task<ToolResult> Working => _working;

    /// <summary>Done when it was told to stop.</summary>
    public Task Stopping => _stopping.Task;

    /// <summary>Done when its end was written down.</summary>
    public Task Over { get; private set; } = Task.CompletedTask;

    /// <summary>Processes that were ended with it.</summary>
    public int Killed => Volatile.Read(ref _killed);

    /// <summary>Why it was stopped; null: nobody did.</summary>
    public string? StopReason
    {
        get
        {
            lock (_gate)
            {
                return _stop.IsCancellationRequested ? _reason : null;
            }
        }
    }

    /// <param name="onKilled">Told while the call is in the foreground.</param>
    public void Start(Func<Action<int>, Tool> make, ToolCall call, Action<int> onKilled)
    {
        var tool = make(count =>
        {
            Interlocked.Add(ref _killed, count);
            if (!IsDetached)
            {
                onKilled(count);
            }
        });
        _working = Task.Run(() => tool.ExecuteAsync(
            call with
            {
                Name = tool.Name,
                Output = Output.Add,
                Update = partial =>
                {
                    Output.Show(TaskEnd.Text(partial));
                    call.Update(partial);
                },
            },
            _stop.Token));
    }

    /// <summary>From here on it belongs to no turn.</summary>
    public void Detach(Task over)
    {
        lock (_gate)
        {
            (_detached, Over) = (true, over);
        }
    }

    public void Stop(string reason)
    {
        lock (_gate)
        {
            if (!_over && !_stop.IsCancellationRequested)
            {
                _reason = reason;
                _stop.Cancel();
                _stopping.TrySetResult();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _over = true;
            _stop.Dispose();
        }

        Output.Dispose();
    }

    private bool IsDetached
    {
        get
        {
            lock (_gate)
            {
                return _detached;
            }
        }
    }
}
