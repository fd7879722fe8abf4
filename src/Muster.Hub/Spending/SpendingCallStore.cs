using Muster.Storage;

namespace Muster.Hub.Spending;

/// <summary>One call of a model that credits are set aside for.</summary>
internal sealed record SpendingCallRow
{
    public required string Id { get; init; }
    public required string RunId { get; init; }
    public long Reserved { get; init; }
    public long? Settled { get; init; }

    /// <summary>Of the ledger; null where nothing moves, as the model is the user's own.</summary>
    public string? Hold { get; init; }

    /// <summary>The owner of the machine; null for a model of the hub.</summary>
    public string? Payee { get; init; }

    /// <summary>The hold of a job that has it counted already.</summary>
    public string? Covered { get; init; }
}

/// <summary>The SQL of calls of models.</summary>
internal static class SpendingCallStore
{
    private const string Columns = "select id Id, run_id RunId, reserved Reserved, settled Settled, hold Hold, payee Payee, covered Covered from spending_calls ";

    public static SpendingCallRow? Find(Transaction tx, string id) => tx.QueryFirst<SpendingCallRow>(Columns + "where id = @id", new { id });

    public static IReadOnlyList<SpendingCallRow> Open(Transaction tx, string run) =>
        tx.Query<SpendingCallRow>(Columns + "where run_id = @run and settled is null order by id", new { run });

    public static void Add(Transaction tx, SpendingCallRow call, IEnumerable<string> scopes)
    {
        tx.Execute("insert into spending_calls (id, run_id, reserved, hold, payee, covered) values (@Id, @RunId, @Reserved, @Hold, @Payee, @Covered)", call);
        foreach (var scope in scopes)
        {
            tx.Execute("insert into spending_shares (call_id, scope) values (@Id, @scope)", new { call.Id, scope });
        }
    }

    public static IReadOnlyList<string> Scopes(Transaction tx, string call) =>
        tx.Query<string>("select scope from spending_shares where call_id = @call order by scope", new { call });

    public static void Settle(Transaction tx, string id, long micro) => tx.Execute("update spending_calls set settled = @micro where id = @id", new { id, micro });

    /// <summary>What the calls of a run have cost up to now.</summary>
    public static long Cost(Transaction tx, string run) =>
        tx.Scalar<long>("select coalesce(cast(sum(settled) as bigint), 0) from spending_calls where run_id = @run", new { run });

    /// <summary>Those that have called, or wait to, and whose ids begin so.</summary>
    public static IReadOnlyList<string> SpendersOf(Transaction tx, string beginning) => tx.Query<string>(
        "select run_id from spending_calls where substr(run_id, 1, @length) = @beginning union select run_id from spending_waits where substr(run_id, 1, @length) = @beginning",
        new { beginning, length = beginning.Length });

    public static void Forget(Transaction tx, string run) => tx.Execute("delete from spending_calls where run_id = @run", new { run });
}
