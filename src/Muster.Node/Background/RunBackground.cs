using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Agents.Tools;
using Muster.Node.Tools;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Background;

/// <summary>The calls of one run that may go on behind it.</summary>
/// <param name="onKilled">Told how many processes of a call in the foreground were ended.</param>
internal sealed class RunBackground(BackgroundTasks tasks, Forward forward, Action<int> onKilled)
{
    private const int LongestLine = 4_000;

    public BackgroundTasks Tasks => tasks;

    public Forward Forward => forward;

    public BackgroundOptions Options => tasks.Kit.Options;

    /// <summary>Waits for the call for as long as a turn may wait, and leaves it to itself then.</summary>
    public async Task<ToolResult> AttendAsync(BackgroundWork work, ToolCall call, CancellationToken abort)
    {
        if (await AgainAsync(call, abort) is { } again)
        {
            return again;
        }

        var begun = Begin(work, call);
        await using (abort.Register(() => begun.Stop("")))
        {
            if (await IsOverAsync(begun.Working, abort) || abort.IsCancellationRequested)
            {
                return await InForegroundAsync(begun);
            }
        }

        // From here until it is written down, a stop is seen below.
        if (!tasks.TryTakePlace() || !await AdoptAsync(begun))
        {
            await using var stopping = abort.Register(() => begun.Stop(""));
            return await InForegroundAsync(begun);
        }

        return Started(begun, abort);
    }

    /// <summary>Starts the call and answers at once.</summary>
    /// <exception cref="ToolException">There is no place for it.</exception>
    public async Task<ToolResult> StartAsync(BackgroundWork work, ToolCall call, CancellationToken abort)
    {
        if (await AgainAsync(call, abort) is { } again)
        {
            return again;
        }

        if (!tasks.TryTakePlace())
        {
            throw new ToolException(
                $"{Options.Most} tasks run in the background of this machine already, which is as many as it allows (background.most): wait for one of them, or stop one (muster task list, muster job cancel ID).");
        }

        var begun = Begin(work, call);
        if (await AdoptAsync(begun))
        {
            return Started(begun, abort);
        }

        begun.Stop("");
        await InForegroundAsync(begun).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        throw new ToolException("This could not be written down, so it was not started: is the disk of this machine full?");
    }

    public static string StartedText(string id) => $"⏳ Task #{id} started. I'll notify you when it's done.";

    /// <summary>The command or prompt, as it was given.</summary>
    public string LineOf(string tool, JsonElement arguments)
    {
        string? Text(string name) => Arguments.Find(arguments, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        var typed = forward.PlainCommand && forward.Text.StartsWith('/') ? forward.Text : null;
        var line = typed ?? Text("command") ?? Text("prompt") ?? (Text("from") is { } from && Text("to") is { } to ? $"{tool} {from} → {to}" : $"{tool} {Text("path") ?? arguments.GetRawText()}");
        return line.Length <= LongestLine ? line : string.Concat(line.AsSpan(0, char.IsHighSurrogate(line[LongestLine - 2]) ? LongestLine - 2 : LongestLine - 1), "…");
    }

    private BackgroundCall Begin(BackgroundWork work, ToolCall call)
    {
        var job = BackgroundRow.JobOf(forward.RunId, call.Id);
        var begun = new BackgroundCall(
            new BackgroundRow
            {
                JobId = job, RunId = forward.RunId, CallId = call.Id, ConversationId = forward.ConversationId, UserId = forward.UserId, Epoch = (long)forward.Epoch,
                Language = forward.Language == "zh" ? "zh" : "en", Tool = work.Tool, Line = work.Line, Follow = work.Follow, StartedAt = tasks.Kit.Now,
                MaxSeconds = Options.MaxTime.TotalSeconds,
            },
            new TaskOutput(tasks.Kit.FileOf(job), Options.MaxOutput));
        begun.Start(work.Make, call, onKilled);
        return begun;
    }

    /// <summary>The same call went to the background before a crash: it is not made a second time.</summary>
    public async Task<ToolResult?> AgainAsync(ToolCall call, CancellationToken abort) =>
        await tasks.FindAsync(BackgroundRow.JobOf(forward.RunId, call.Id), abort) is { } row ? Answer(row) : null;

    private async Task<bool> AdoptAsync(BackgroundCall begun)
    {
        try
        {
            await tasks.AdoptAsync(begun);
            return true;
        }
        catch (StorageException)
        {
            tasks.GiveBackPlace();
            return false;
        }
    }

    private async Task<bool> IsOverAsync(Task working, CancellationToken abort)
    {
        try
        {
            await working.WaitAsync(Options.After, tasks.Kit.Time, abort).ConfigureAwait(ConfigureAwaitOptions.None);
            return true;
        }
        catch (TimeoutException) when (!working.IsCompleted)
        {
            return false;
        }
        catch (Exception) when (working.IsCompleted || abort.IsCancellationRequested)
        {
            return true; // how it failed is seen where its result is taken
        }
    }

    private static async Task<ToolResult> InForegroundAsync(BackgroundCall begun)
    {
        try
        {
            return await begun.Working;
        }
        finally
        {
            begun.Output.Discard();
            begun.Dispose();
        }
    }

    private static ToolResult Started(BackgroundCall begun, CancellationToken abort)
    {
        if (abort.IsCancellationRequested)
        {
            begun.Stop("Stopped by /stop.");
        }

        return Answer(begun.Row);
    }

    private static ToolResult Answer(BackgroundRow row) => new(
    [
        new TextBlock(
            $"{StartedText(row.Short)}\nIt goes on by itself, and its end is told to the user and to you. Do not wait for it, and do not start it again; task_status shows how far it is."),
    ]);
}

/// <summary>A call as a background task would have it.</summary>
/// <param name="Follow">What the assistant is to do when it is over; empty: nothing.</param>
/// <param name="Make">Makes the tool, which tells how many processes it had to end.</param>
internal sealed record BackgroundWork(string Tool, string Line, string Follow, Func<Action<int>, Tool> Make);
