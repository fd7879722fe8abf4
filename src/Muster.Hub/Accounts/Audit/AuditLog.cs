using Muster.Storage;
using Muster.Storage.Rows;

namespace Muster.Hub.Accounts.Audit;

/// <summary>The record of who did what, written in the transaction of what was done: both are there or neither.</summary>
internal sealed class AuditLog(TimeProvider time)
{
    /// <summary>Entries that are kept; of older ones only the hash of the last remains.</summary>
    public const int Most = 1_000_000;

    private const int TrimEvery = 1000;
    private const int LongestText = 500;

    private static readonly RowTable Rows = new(
        "audit", RowConflict.Fail, new("number", RowType.Integer, true), new("at", RowType.Integer), new("user_id", RowType.Text), new("username", RowType.Text),
        new("credential", RowType.Text), new("address", RowType.Text), new("action", RowType.Text), new("subject", RowType.Text), new("outcome", RowType.Text),
        new("detail", RowType.Text), new("previous", RowType.Text), new("hash", RowType.Text));

    public void Add(Transaction tx, AuditActor actor, string action, string subject, string detail = "", string outcome = AuditAct.Done) =>
        Add(tx, [new AuditAct(actor, action, subject, detail, outcome)]);

    public void Add(Transaction tx, IReadOnlyList<AuditAct> acts)
    {
        if (acts.Count == 0)
        {
            return;
        }

        // First of all: whoever appends meanwhile waits here, and reads the head that this leaves.
        var (last, hash) = tx.Query<(long, string)>("update audit_head set number = number + @count where id = 1 returning number, hash", new { count = acts.Count })[0];
        var (number, at) = (last - acts.Count, time.GetUtcNow().ToUnixTimeMilliseconds());
        var rows = new List<AuditRow>(acts.Count);
        foreach (var act in acts)
        {
            var row = Row(act, ++number, at, hash);
            hash = row.Sum();
            rows.Add(row with { Hash = hash });
        }

        tx.InsertMany(Rows, rows, static (row, entry) => row.Add(entry.Number).Add(entry.At).Add(entry.UserId).Add(entry.Username).Add(entry.Credential)
            .Add(entry.Address).Add(entry.Action).Add(entry.Subject).Add(entry.Outcome).Add(entry.Detail).Add(entry.Previous).Add(entry.Hash));
        tx.Execute("update audit_head set hash = @hash where id = 1", new { hash });
        if (last / TrimEvery != (last - acts.Count) / TrimEvery)
        {
            tx.Execute("delete from audit where number <= @old", new { old = last - Most });
        }
    }

    private static AuditRow Row(AuditAct act, long number, long at, string previous) => new()
    {
        Number = number, At = at, UserId = act.Actor.User, Username = Line(act.Actor.Name), Credential = act.Actor.Credential, Address = act.Actor.Address,
        Action = act.Action, Subject = Line(act.Subject), Outcome = act.Outcome, Detail = Line(act.Detail), Previous = previous,
    };

    /// <summary>One line that a terminal can show, and that both engines store.</summary>
    private static string Line(string text)
    {
        var cut = text.Length <= LongestText ? text : text[..LongestText];
        return string.Concat(cut.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? ' ' : letter));
    }
}
