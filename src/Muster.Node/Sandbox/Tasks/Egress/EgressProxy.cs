using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Muster.Node.Sandbox.Tasks.Egress;

/// <summary>
/// The one way out of a task's network: an HTTP proxy in the node's process, listening inside of the task's namespace.
/// It resolves names itself and connects to the very address that it has looked at.
/// </summary>
internal sealed class EgressProxy : IDisposable
{
    /// <summary>Where the task reaches it.</summary>
    public const int Port = 3128;

    private static readonly TimeSpan _goodbye = TimeSpan.FromSeconds(2);
    private readonly Socket _listener;
    private readonly EgressRules _rules;
    private readonly EgressRoute _route;
    private readonly TaskSandboxOptions _options;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _free;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _open = new();
    private readonly Task _accepting;
    private long _bytesIn;
    private long _bytesOut;

    public EgressProxy(Socket listener, EgressRules rules, EgressRoute route, TaskSandboxOptions options, TimeProvider time)
    {
        (_listener, _rules, _route, _options, _time) = (listener, rules, route, options, time);
        _free = new SemaphoreSlim(options.EgressConnections);
        _accepting = AcceptAsync();
    }

    public static string Address { get; } = $"http://127.0.0.1:{Port}";

    public long BytesIn => Interlocked.Read(ref _bytesIn);

    public long BytesOut => Interlocked.Read(ref _bytesOut);

    public void Dispose()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        _stop.Cancel();
        _listener.Dispose();
        // Each ends by the token; what a system call holds up is not waited for longer.
        _ = Task.WhenAll([_accepting, .. _open.Keys]).ContinueWith(ended => ended.Exception, TaskScheduler.Default).Wait(_goodbye);
    }

    // More clients than there may be connections wait in the kernel, which is the task's own loss.
    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                await _free.WaitAsync(_stop.Token);
                var client = await _listener.AcceptAsync(_stop.Token);
                var serving = ServeAsync(client);
                _open[serving] = true;
                _ = serving.ContinueWith(ended => _open.TryRemove(ended, out _), TaskScheduler.Default);
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The task is over.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        await Task.Yield();
        try
        {
            using var connection = new EgressConnection(client, _rules, _route, _time, _options.EgressIdle, Count);
            await connection.ServeAsync(_stop.Token);
        }
        catch (Exception broken) when (broken is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
        {
            // Either side went away, or was idle for too long: there is nobody to tell.
        }
        finally
        {
            _free.Release();
        }
    }

    private void Count(bool toTask, int bytes) => Interlocked.Add(ref toTask ? ref _bytesIn : ref _bytesOut, bytes);
}
