using System.Runtime.CompilerServices;
using System.Text.Json;
using Muster.Client.Events;
using Muster.Client.Http;

namespace Muster.Client.Jobs;

/// <summary>What one task printed, without repeating what was read before: its place survives connections.</summary>
internal sealed class LogReader(Transport transport, JobFiles files, string path, MusterClientOptions options)
{
    private const int Piece = 64 << 10;
    private static readonly TimeSpan _quiet = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longestQuiet = TimeSpan.FromSeconds(30);

    private readonly Reopening _reopening = new(options);
    private int _attempt;
    private long _end;

    /// <summary>Everything of the attempts that are over.</summary>
    public IAsyncEnumerable<LogChunk> ReadAsync(CancellationToken cancellationToken) => StreamAsync(false, null, cancellationToken);

    /// <summary>Until the task is over.</summary>
    public async IAsyncEnumerable<LogChunk> FollowAsync(Func<Task<bool>> isOver, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            await foreach (var chunk in StreamAsync(true, isOver, cancellationToken))
            {
                yield return chunk;
            }

            if (await isOver())
            {
                break;
            }

            await _reopening.PauseAsync(_reopening.Ended(transport.Hub), cancellationToken);
        }

        // The connection may have broken just before the end; what is stored has it.
        await foreach (var chunk in ReadAsync(cancellationToken))
        {
            yield return chunk;
        }
    }

    private async IAsyncEnumerable<LogChunk> StreamAsync(bool follow, Func<Task<bool>>? isOver, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await _reopening.OpenAsync(() => transport.OpenAsync(path + (follow ? "?follow=true" : ""), 0, cancellationToken), cancellationToken);
        using var reader = new SseReader(await response.Content.ReadAsStreamAsync(cancellationToken), options.StreamSilence, options.Time);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        while (await NextAsync(reader, isOver, leaving) is { } item)
        {
            _reopening.Heard();
            if (item.Name != "log" || Decode(item) is not { } log)
            {
                continue;
            }

            if (log.Artifact is { } hash)
            {
                await foreach (var chunk in WholeAsync(log, hash, cancellationToken))
                {
                    yield return chunk;
                }
            }
            else if (New(new LogChunk(log.Attempt, log.Offset, log.Stderr, log.Bytes)) is { } chunk)
            {
                yield return chunk;
            }
        }
    }

    /// <summary>A task that has been quiet may be over without this stream having been told: it is asked for, less and less often.</summary>
    private async Task<SseItem?> NextAsync(SseReader reader, Func<Task<bool>>? isOver, CancellationTokenSource leaving)
    {
        var next = reader.NextAsync(leaving.Token);
        for (var quiet = _quiet; isOver is not null; quiet = quiet * 2 < _longestQuiet ? quiet * 2 : _longestQuiet)
        {
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(leaving.Token);
            if (await Task.WhenAny(next, Task.Delay(quiet, options.Time, pause.Token)) == next || leaving.IsCancellationRequested)
            {
                await pause.CancelAsync();
                break;
            }

            if (await isOver() && !next.IsCompleted)
            {
                await leaving.CancelAsync();
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return null;
            }
        }

        return await next;
    }

    private async IAsyncEnumerable<LogChunk> WholeAsync(LogEvent log, string hash, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var content = await files.OpenAsync(hash, cancellationToken);
        for (long offset = 0; ;)
        {
            var buffer = new byte[Piece];
            var read = await content.ReadAtLeastAsync(buffer, Piece, throwOnEndOfStream: false, cancellationToken);
            if (read == 0)
            {
                yield break;
            }

            if (New(new LogChunk(log.Attempt, offset, false, buffer.AsMemory(0, read))) is { } chunk)
            {
                yield return chunk;
            }

            offset += read;
        }
    }

    /// <returns>What of it was not read before.</returns>
    private LogChunk? New(LogChunk chunk)
    {
        if (chunk.Attempt > _attempt)
        {
            (_attempt, _end) = (chunk.Attempt, 0);
        }

        if (chunk.Attempt < _attempt || chunk.End <= _end)
        {
            return null;
        }

        var known = (int)Math.Max(0, _end - chunk.Offset);
        _end = chunk.End;
        return known == 0 ? chunk : chunk with { Offset = chunk.Offset + known, Bytes = chunk.Bytes[known..] };
    }

    private static LogEvent? Decode(SseItem item)
    {
        try
        {
            return JsonSerializer.Deserialize(item.Data, ClientJson.Default.LogEvent);
        }
        catch (JsonException exception)
        {
            throw new MusterException(0, "unexpected_answer", $"The hub sent a piece of a log that cannot be read: {exception.Message}", null, exception);
        }
    }
}
