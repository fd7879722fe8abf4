using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Muster.Node.Sandbox.Tasks.Egress;

/// <summary>One connection of a task to the proxy: its request, the answer or a refusal in a sentence, and then the bytes.</summary>
/// <param name="count">Told what passed: towards the task, and how much.</param>
internal sealed class EgressConnection(
    Socket client, EgressRules rules, EgressRoute route, TimeProvider time, TimeSpan idle, Action<bool, int> count) : IDisposable
{
    private const int LongestHead = 16 * 1024;
    private const int MostAfterRefusal = 1024 * 1024;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan _farewell = TimeSpan.FromSeconds(2);
    private readonly byte[] _head = new byte[LongestHead];
    private int _read;

    public async Task ServeAsync(CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(_patience, time);
        using var opening = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        if (await HeadAsync(opening.Token) is not { } length)
        {
            await RefuseAsync("431 Request Header Fields Too Large\nThe request's head is too long.", stop);
            return;
        }

        var text = Encoding.Latin1.GetString(_head, 0, length);
        if (RequestHead.Parse(text, out var refusal) is not { } request)
        {
            await RefuseAsync(refusal, stop);
            return;
        }

        if (!rules.Allow(request.Host, request.Port))
        {
            await RefuseAsync($"403 Forbidden\nThis task may not reach {request.Host}:{request.Port}. Its job names the hosts it may reach (`network`).", stop);
            return;
        }

        var (server, problem) = await ConnectAsync(request, opening.Token);
        if (server is null)
        {
            await RefuseAsync(problem, stop);
            return;
        }

        using (server)
        {
            await RelayAsync(server, request, _head.AsMemory(length, _read - length), stop);
        }
    }

    public void Dispose() => client.Dispose();

    /// <returns>Its length with the empty line; null when it is too long.</returns>
    private async Task<int?> HeadAsync(CancellationToken cancel)
    {
        while (_read < LongestHead)
        {
            var received = await client.ReceiveAsync(_head.AsMemory(_read), cancel);
            if (received == 0)
            {
                throw new IOException("The client went away.");
            }

            count(false, received);
            _read += received;
            var end = _head.AsSpan(0, _read).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                return end + 4;
            }
        }

        return null;
    }

    private async Task<(Socket? Server, string Problem)> ConnectAsync(RequestHead request, CancellationToken cancel)
    {
        IReadOnlyList<IPAddress> allowed;
        try
        {
            allowed = await route.PublicAddressesAsync(request.Host, cancel);
        }
        catch (SocketException unknown)
        {
            return (null, $"502 Bad Gateway\nThe node cannot find {request.Host}: {unknown.Message}.");
        }

        if (allowed.Count == 0)
        {
            return (null, $"403 Forbidden\n{request.Host} is at no public address; tasks do not reach private, local or special ones.");
        }

        var problem = "";
        foreach (var address in allowed)
        {
            try
            {
                return (await route.ConnectAsync(new IPEndPoint(address, request.Port), cancel), "");
            }
            catch (SocketException refused)
            {
                problem = $"502 Bad Gateway\n{request.Host}:{request.Port} does not answer: {refused.Message}.";
            }
        }

        return (null, problem);
    }

    private async Task RelayAsync(Socket server, RequestHead request, ReadOnlyMemory<byte> early, CancellationToken stop)
    {
        using var quiet = new CancellationTokenSource(idle, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, quiet.Token);
        if (request.BodyLength is { } length)
        {
            await SendAsync(server, request.Forward, either.Token);
            early = early[..(int)Math.Min(early.Length, length)];
        }
        else
        {
            await SendAsync(client, "HTTP/1.1 200 Connection Established\r\n\r\n"u8.ToArray(), either.Token);
        }

        await SendAsync(server, early, either.Token);
        var upstream = CopyAsync(client, server, toTask: false, request.BodyLength - early.Length, quiet, either.Token);
        try
        {
            await CopyAsync(server, client, toTask: true, most: null, quiet, either.Token);
            // A tunnel's client may still have something to say; a plain request has its answer.
            if (request.BodyLength is null)
            {
                await upstream;
            }
        }
        finally
        {
            await quiet.CancelAsync();
            await ((Task)upstream).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CopyAsync(Socket from, Socket to, bool toTask, long? most, CancellationTokenSource quiet, CancellationToken cancel)
    {
        var buffer = new byte[32 * 1024];
        while (most is not 0)
        {
            var room = (int)Math.Min(buffer.Length, most ?? buffer.Length);
            var received = await from.ReceiveAsync(buffer.AsMemory(0, room), cancel);
            if (received == 0)
            {
                break;
            }

            most -= received;
            count(toTask, received);
            quiet.CancelAfter(idle);
            await SendAsync(to, buffer.AsMemory(0, received), cancel);
        }

        if (most is null)
        {
            to.Shutdown(SocketShutdown.Send);
        }
    }

    private async Task RefuseAsync(string refusal, CancellationToken stop)
    {
        var (status, text) = (refusal[..refusal.IndexOf('\n')], refusal[(refusal.IndexOf('\n') + 1)..] + "\n");
        await SendAsync(client, Encoding.UTF8.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {Encoding.UTF8.GetByteCount(text)}\r\nConnection: close\r\n\r\n{text}"), stop);
        client.Shutdown(SocketShutdown.Send);

        // To close over what the client still sends would take the answer back.
        using var limit = new CancellationTokenSource(_farewell, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        for (int left = MostAfterRefusal, received; left > 0 && (received = await client.ReceiveAsync(_head, either.Token)) > 0;)
        {
            left -= received;
        }
    }

    private static async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await to.SendAsync(bytes, cancel)..];
        }
    }
}
