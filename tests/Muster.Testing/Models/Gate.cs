namespace Muster.Testing.Models;

/// <summary>A place where a double stops until the test lets it go on.</summary>
public sealed class Gate
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the double has come here: all that stands before the gate is on the wire.</summary>
    public Task Reached => _reached.Task;

    public void Open() => _open.TrySetResult();

    internal Task PassAsync(CancellationToken cancel)
    {
        _reached.TrySetResult();
        return _open.Task.WaitAsync(cancel);
    }
}
