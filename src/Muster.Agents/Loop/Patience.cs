namespace Muster.Agents.Loop;

/// <summary>Waits for work that was told to stop, but not for ever.</summary>
internal static class Patience
{
    /// <summary>True when the task has ended; false when it ignored <paramref name="stop"/> for longer than <paramref name="grace"/>.</summary>
    public static async Task<bool> WaitAsync(Task task, TimeProvider time, TimeSpan grace, CancellationToken stop)
    {
        if (task.IsCompleted)
        {
            return true;
        }

        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (stop.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), stopped))
        {
            await Task.WhenAny(task, stopped.Task);
        }

        if (task.IsCompleted)
        {
            return true;
        }

        using var timer = new CancellationTokenSource();
        await Task.WhenAny(task, Task.Delay(grace, time, timer.Token));
        await timer.CancelAsync();
        if (task.IsCompleted)
        {
            return true;
        }

        Observe(task);
        return false;
    }

    /// <summary>Whatever becomes of abandoned work, its result was given without it.</summary>
    private static void Observe(Task task) => _ = task.ContinueWith(
        static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}
