using System.Text.Json.Nodes;
using Muster.Agents.Tools;
using Muster.Node.Coding.Agents;
using Muster.Node.Coding.Sessions;

namespace Muster.Node.Coding.Work;

/// <summary>What one prompt is run with.</summary>
internal sealed record PromptOrder(CodingSession Session, FoundAgent Agent, string Prompt, TimeSpan Timeout, CodingCaller Caller)
{
    public required ToolCall Call { get; init; }

    /// <summary>The owner trusts the project's folder.</summary>
    public required bool Trusted { get; init; }

    /// <summary>The project, which no path leaves.</summary>
    public required Folders.ConfinedFolder Files { get; init; }
}

/// <param name="Killed">Processes that had to be ended.</param>
/// <param name="Anew">The agent did not know its conversation any more and began a new one.</param>
internal sealed record PromptEnd(string Text, int Killed, bool Anew);

/// <summary>One prompt of one session, from the start of its process to its end.</summary>
internal sealed class CodingPrompt(PromptOrder order, CodingLauncher launcher, CodingPermissions permissions, CodingSessions sessions, CodingOptions options, TimeProvider time) : IDisposable
{
    // A stop is done within a second, with whatever the machine does besides.
    private static readonly TimeSpan _obey = TimeSpan.FromMilliseconds(250);

    // At the limit nobody waits for the stop: what it has in hand it may put down in order.
    private static readonly TimeSpan _finish = TimeSpan.FromSeconds(3);
    private readonly CodingClock _clock = new(order.Timeout, options.Silence, time);
    private int _killed;

    /// <exception cref="ToolException">It failed; a sentence.</exception>
    public async Task<PromptEnd> RunAsync(CancellationToken abort)
    {
        var record = sessions.Record;
        record.Add(order.Session.Id, "prompt", order.Prompt, new JsonObject { ["user"] = order.Caller.UserId, ["run"] = order.Caller.RunId });
        try
        {
            var (text, anew) = await AnswerAsync(abort);
            record.Add(order.Session.Id, "end", "completed");
            return new PromptEnd(text, _killed, anew);
        }
        catch (ToolException failure)
        {
            record.Add(order.Session.Id, "end", failure.Message);
            throw;
        }
        catch (OperationCanceledException)
        {
            record.Add(order.Session.Id, "end", "stopped");
            throw;
        }
    }

    /// <summary>How many processes were ended, also where it failed.</summary>
    public int Killed => _killed;

    public void Dispose() => _clock.Dispose();

    private async Task<(string Text, bool Anew)> AnswerAsync(CancellationToken abort)
    {
        var known = order.Session.AgentSession;
        try
        {
            return (await TurnAsync(known.Length > 0 ? known : null, abort), false);
        }
        catch (LostSessionException)
        {
            sessions.Record.Add(order.Session.Id, "note", "The agent does not know its conversation any more and begins a new one.");
            return (await TurnAsync(null, abort), true);
        }
    }

    private async Task<string> TurnAsync(string? resume, CancellationToken abort)
    {
        var output = new CodingOutput(order.Call.Update, time) { OnPiece = piece => sessions.Record.Add(order.Session.Id, "text", piece) };
        var dialect = Dialect();
        var home = launcher.Home(order.Session.Id);
        var turn = new CodingTurn(order.Prompt, resume, order.Session.Folder, home, launcher.OwnHomes, order.Trusted, order.Files, new CodingWatch
        {
            OnText = output.Text,
            OnLine = line =>
            {
                output.Line(line);
                sessions.Record.Add(order.Session.Id, "tool", line);
            },
            OnSession = KeepAsync,
            PermitAsync = (request, stop) => PermitAsync(request, home, abort, stop),
        });
        if (launcher.Bare(dialect, turn) is { } settings)
        {
            throw new ToolException(order.Caller.Texts.Bare(order.Agent.Name, settings));
        }

        var plan = await launcher.PlanAsync(order.Agent, dialect, turn);
        var pipe = await AgentPipe.StartAsync(plan, time, _clock.Hear);
        try
        {
            return await TalkAsync(pipe, dialect, turn, abort);
        }
        catch (ToolException failure) when (failure.Message.Length == 0)
        {
            throw new ToolException(order.Caller.Texts.Crashed(order.Agent.Name, await pipe.LeaveAsync(), pipe.Complaint));
        }
        finally
        {
            try
            {
                output.End(); // which fails where the record cannot be written
            }
            finally
            {
                await pipe.DisposeAsync();
                _killed += pipe.Killed;
            }
        }
    }

    private async Task<string> TalkAsync(AgentPipe pipe, CodingAgent dialect, CodingTurn turn, CancellationToken abort)
    {
        using var hard = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var soft = CancellationTokenSource.CreateLinkedTokenSource(abort, _clock.Over);
        var talking = dialect.PromptAsync(pipe, turn, hard.Token);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registered = soft.Token.Register(() => stopped.TrySetResult());
        if (await Task.WhenAny(talking, stopped.Task) == talking)
        {
            var text = await talking;
            await pipe.LeaveAsync();
            return text;
        }

        hard.CancelAfter(_finish);
        await using var sooner = abort.Register(() => hard.CancelAfter(_obey));
        await Task.WhenAll(dialect.CancelAsync(pipe, hard.Token), talking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // it was to end, and how does not matter
        abort.ThrowIfCancellationRequested();
        throw new ToolException(_clock.Hung ? order.Caller.Texts.Hung(order.Agent.Name, options.Silence) : order.Caller.Texts.TooLong(order.Agent.Name, order.Timeout));
    }

    private Task KeepAsync(string agentSession) =>
        IsId(agentSession) && agentSession != order.Session.AgentSession ? sessions.KeepAsync(order.Session.Id, agentSession) : Task.CompletedTask;

    private async Task<string?> PermitAsync(CodingRequest request, string home, CancellationToken abort, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(abort, stop);
        var refusal = await _clock.AskingAsync(() => permissions.DecideAsync(request, order.Session, order.Caller, order.Call.Id, home, either.Token));
        sessions.Record.Add(order.Session.Id, "permission", $"{request.Tool}: {refusal ?? "allowed"}", new JsonObject { ["arguments"] = request.Arguments.ToJsonString() });
        return refusal;
    }

    private CodingAgent Dialect() => order.Agent.Dialect switch
    {
        AgentDialect.Claude => new ClaudeCodeAgent(),
        AgentDialect.Pi => new PiAgent(),
        _ => new AcpAgent(order.Agent.Name),
    };

    /// <summary>It becomes an argument of the next start.</summary>
    private static bool IsId(string text) => text.Length is > 0 and <= 200 && text[0] != '-' && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or ':');
}
