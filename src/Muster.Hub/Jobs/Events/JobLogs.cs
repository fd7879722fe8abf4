using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Muster.Hub.Api;
using Muster.Hub.Chat.Threads;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Store;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Jobs.Events;

/// <summary>
/// What a task prints, as <c>log</c> events with its bytes in base64: of the last attempt that is over from the store, of one that runs as
/// it comes. It ends when the task is over, or at once where nobody wants to follow.
/// </summary>
internal sealed class JobLogs(Database database, PoolLoop loop, JobFeeds feeds, LogBook book, TimeProvider time)
{
    public async Task ServeAsync(HttpContext context, JobRow job, int task, bool follow)
    {
        using var watcher = feeds.Watch(job.Id);
        var stream = new EventStream(context, time);
        await stream.OpenAsync();
        var seen = 0;
        while (true)
        {
            var running = await loop.AskAsync((state, _) => Running(state, job, task), context.RequestAborted);
            if (running is { } name && follow)
            {
                var log = book.Open(name);
                if (await loop.AskAsync((state, _) => Running(state, job, task), context.RequestAborted) != name)
                {
                    book.Close(name); // it ended while its log was opened, and nobody else would close it
                }

                await FollowAsync(stream, log, name, watcher);
                seen = name.Attempt;
                continue;
            }

            var (state, attempts) = await database.ReadAsync(tx => Read(tx, job, task), context.RequestAborted);
            foreach (var attempt in attempts.Where(attempt => attempt.Number > seen && attempt.End is not null))
            {
                seen = attempt.Number;
                Write(stream, seen, new LogPiece(0, false, attempt.End.LogText.Memory), attempt.End.Log is { Size: > 0 } log && attempt.End.LogText.Length == 0 ? Convert.ToHexStringLower(log.Sha256.Span) : null);
            }

            await stream.FlushAsync();
            if (!follow || state.IsFinal() || !await stream.MoreAsync(watcher.Changes))
            {
                return;
            }

            while (watcher.Changes.TryRead(out _))
            {
                // whatever it was, the task is looked at again
            }
        }
    }

    private static AttemptName? Running(PoolState state, JobRow job, int task) =>
        state.Jobs.GetValueOrDefault(job.Number)?.Live.GetValueOrDefault(task)?.Attempts.LastOrDefault(attempt => attempt.State.IsOpen()) is { } open
            ? new AttemptName(job.Number, task, open.Number)
            : null;

    private static (TaskState State, IReadOnlyList<AttemptDetail> Attempts) Read(Transaction tx, JobRow job, int task)
    {
        var row = PoolStore.Tasks(tx, job.Number, task, 1).FirstOrDefault(row => row.Index == task);
        var now = PoolStore.Job(tx, job.Id)!;
        return row is null ? (Unwritten.Of(tx, now, PoolStore.Plan(tx, now.Number)!)[task], []) : (row.State, TaskDetail.Parser.ParseFrom(row.Detail).Attempts);
    }

    /// <summary>Until the attempt is over: its log is closed with the turn that stores its end.</summary>
    private static async Task FollowAsync(EventStream stream, LiveLog log, AttemptName name, JobWatcher watcher)
    {
        var pieces = log.Follow();
        while (await stream.MoreAsync(pieces))
        {
            while (pieces.TryRead(out var piece))
            {
                Write(stream, name.Attempt, piece, null);
            }

            await stream.FlushAsync();
        }

        while (watcher.Changes.TryRead(out _))
        {
            // the task is looked at again anyway
        }
    }

    private static void Write(EventStream stream, int attempt, LogPiece piece, string? artifact) => stream.Write(new ThreadEvent(
        0, "log", JsonSerializer.Serialize(new LogEvent(attempt, piece.Offset, piece.Stderr, piece.Bytes, artifact), HubJson.Default.LogEvent)));
}

/// <param name="Bytes">base64.</param>
/// <param name="Artifact">Hash of the whole log, where it is too long to be here.</param>
public sealed record LogEvent(int Attempt, long Offset, bool Stderr, ReadOnlyMemory<byte> Bytes, string? Artifact);
