using System.Collections.Concurrent;
using System.Text.Json;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Chat;
using Muster.Hub.Chat.Tools;
using Muster.Hub.Spending;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Together;

/// <summary>
/// The tool <c>fleet</c> of a run. It asks again and again for one table, as an answer may take longer than a question lives; the first of
/// them begins the work, and one after a restart of the hub finds it.
/// </summary>
internal sealed class FleetCalls(Database database, FleetDesk desk, FleetChoice choice, People people, BackgroundWork background, TimeProvider time) : IRunWork, IDisposable
{
    private const double LongestWait = 8;
    private readonly ConcurrentDictionary<string, Asking> _going = new(StringComparer.Ordinal);

    public string Area => "fleet";

    public async Task<string?> AnswerAsync(RunAsked asked, CancellationToken cancel)
    {
        switch (asked.Verb)
        {
            case "preview":
                return await PreviewAsync(await OrderAsync(asked, cancel), cancel);
            case "ask":
                return await AskAsync(asked, await OrderAsync(asked, cancel), cancel);
            case "cancel":
                (_going.GetValueOrDefault(Name(asked)) is { } going ? going.Stop : null)?.Cancel();
                return "{}";
            default:
                return null;
        }
    }

    public void Dispose()
    {
        foreach (var going in _going.Values)
        {
            going.Dispose();
        }
    }

    private static string Name(RunAsked asked) => $"{asked.Run.Id} {asked.Text("key")}";

    private async Task<string> PreviewAsync(FleetOrder order, CancellationToken cancel)
    {
        var plan = await choice.PlanAsync(order, cancel);
        return EventJson.Write(json =>
        {
            Names("nodes", plan.Targets);
            Names("offline", plan.Offline);
            Names("refused", plan.Refused.Select(one => $"{one.Node}: {one.Reason}"));

            void Names(string name, IEnumerable<string> names)
            {
                json.WriteStartArray(name);
                names.ToList().ForEach(json.WriteStringValue);
                json.WriteEndArray();
            }
        });
    }

    private async Task<string> AskAsync(RunAsked asked, FleetOrder order, CancellationToken cancel)
    {
        var going = _going.GetOrAdd(Name(asked), _ => new Asking());
        if (going.Begin())
        {
            background.Start(stopping => WorkAsync(Name(asked), going, order, stopping));
        }

        await Task.WhenAny(going.Over.Task, Task.Delay(TimeSpan.FromSeconds(asked.Seconds("wait", LongestWait)), time, cancel));
        if (!going.Over.Task.IsCompleted)
        {
            return """{"over":false}""";
        }

        var table = await going.Over.Task;
        return EventJson.Write(json =>
        {
            json.WriteBoolean("over", true);
            json.WriteStartObject("table");
            table.Write(json);
            json.WriteEndObject();
        });
    }

    /// <summary>Whoever asks after its end finds it by its jobs.</summary>
    private async Task WorkAsync(string name, Asking going, FleetOrder order, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, going.Stop.Token);
        try
        {
            going.Over.TrySetResult(await desk.AskAsync(order, either.Token));
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            if (!stopping.IsCancellationRequested)
            {
                await desk.CancelAsync(order);
            }

            going.Over.TrySetException(ApiException.Conflict("The request was stopped."));
        }
        catch (Exception error) when (error is ApiException or StorageException or Ledger.LedgerException)
        {
            going.Over.TrySetException(error);
        }
        finally
        {
            _going.TryRemove(name, out _);
        }
    }

    /// <exception cref="ApiException">It may not be asked for.</exception>
    private async Task<FleetOrder> OrderAsync(RunAsked asked, CancellationToken cancel)
    {
        if (people.Get(asked.UserId) is not { Disabled: false } user || user.Rank < Role.Member || !asked.MayRun)
        {
            throw ApiException.Forbidden("This run may not ask other machines: it is a guest's, or its message came with a credential that may not run jobs.");
        }

        var wish = Wish(asked);
        var (approved, caller) = await database.ReadAsync(
            tx =>
            {
                var by = ApprovedBy(tx, asked, wish);
                return (by, SpendingScopes.Caller(tx, user.As(by.Length > 0 ? Scopes.Ask | Scopes.Run | Scopes.Spend : Scopes.Ask | Scopes.Run), asked.Run));
            },
            cancel);
        return new FleetOrder(caller with { Role = Role.Member, PaysByCall = true }, asked.Run.Id, asked.Text("key"), asked.Run.ConversationId, asked.Run.MessageId, wish, approved);
    }

    private static FleetWish Wish(RunAsked asked)
    {
        var (command, request) = (asked.Text("command").Trim(), asked.Text("request").Trim());
        return new FleetWish(
            asked.Text("select") is { Length: > 0 } select ? select : "all", command.Length > 0 ? command : null, command.Length > 0 ? null : request,
            Math.Max(1, asked.Seconds("timeout", FleetWish.MostSeconds, FleetWish.UsualSeconds)),
            (int)Math.Max(1, asked.Seconds("concurrency", FleetWish.MostAtOnce, FleetWish.MostAtOnce)));
    }

    /// <summary>Who said yes to this call, and to nothing else: what the machine asks for now is what that person saw.</summary>
    private static string ApprovedBy(Transaction tx, RunAsked asked, FleetWish wish)
    {
        var id = Id<Approval>.Within(Id<Run>.Parse(asked.Run.Id), asked.Text("key")).ToString();
        if (tx.QueryFirst<Answered>(
            "select arguments Arguments, answered_by By from approvals where id = @id and run_id = @run and tool = 'fleet' and state = 'allowed'", new { id, run = asked.Run.Id }) is not { } answered)
        {
            return "";
        }

        using var seen = JsonDocument.Parse(answered.Arguments);
        var shown = Wish(asked with { Arguments = seen.RootElement });
        return shown.Select == wish.Select && shown.Objective == wish.Objective ? answered.By ?? "" : "";
    }

    private sealed class Asking : IDisposable
    {
        private int _begun;

        public CancellationTokenSource Stop { get; } = new();

        public TaskCompletionSource<FleetTable> Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Begin() => Interlocked.Exchange(ref _begun, 1) == 0;

        public void Dispose() => Stop.Dispose();
    }

    private sealed record Answered
    {
        public required string Arguments { get; init; }
        public string? By { get; init; }
    }
}
