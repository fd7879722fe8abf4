using System.Runtime.CompilerServices;
using Muster.Client.Http;

namespace Muster.Client.Events;

/// <summary>Events that survive the connection: it reopens after the last durable event and mends what was missed.</summary>
internal sealed class EventStream(Transport transport, string path, long after, MusterClientOptions options)
{
    /// <summary>A stream that lived this long was a good one, even if nothing happened in it.</summary>
    private static readonly TimeSpan _settled = TimeSpan.FromSeconds(5);

    private readonly DeltaMender _mender = new();
    private readonly Retry _retry = new(options);
    private long _after = after;

    /// <summary>Called each time the hub has begun to send.</summary>
    public Action? Opened { get; set; }

    public async IAsyncEnumerable<MusterEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            using var response = await OpenAsync(cancellationToken);
            if (response is null)
            {
                continue;
            }

            Opened?.Invoke();
            var opened = options.Time.GetTimestamp();
            using var reader = new SseReader(await response.Content.ReadAsStreamAsync(cancellationToken), options.StreamSilence, options.Time);
            while (await reader.NextAsync(cancellationToken) is { } item)
            {
                _retry.Reset();
                if (item.Number is { } number && number <= _after)
                {
                    continue;
                }

                _after = item.Number ?? _after;
                foreach (var mended in _mender.Mend(EventDecoder.Decode(item.Name, item.Data, item.Number)))
                {
                    yield return mended;
                }

                if (_mender.LostText)
                {
                    break; // a reconnect brings a snapshot of the whole message
                }
            }

            if (options.Time.GetElapsedTime(opened) > _settled)
            {
                _retry.Reset();
            }

            await PauseAsync(new MusterException(0, "unreachable", $"The hub at {transport.Hub} ended the stream of events again and again."), cancellationToken);
        }
    }

    private async Task<HttpResponseMessage?> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await transport.OpenAsync(path, _after, cancellationToken);
        }
        catch (MusterException failure)
        {
            await PauseAsync(failure, cancellationToken);
            return null;
        }
    }

    private async Task PauseAsync(MusterException failure, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_retry.Next(failure) is not { } wait)
        {
            throw failure;
        }

        await Task.Delay(wait, options.Time, cancellationToken);
    }
}
