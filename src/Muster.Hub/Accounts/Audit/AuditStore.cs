using Muster.Storage;

namespace Muster.Hub.Accounts.Audit;

/// <summary>Reading the record, and proving that nobody changed it.</summary>
internal static class AuditStore
{
    private const int AtOnce = 5000;

    private const string Columns =
        """
        select number Number, at At, user_id UserId, username Username, credential Credential, address Address, action Action, subject Subject,
            outcome Outcome, detail Detail, previous Previous, hash Hash
        from audit
        """;

    /// <summary>Newest first.</summary>
    /// <param name="before">The number of the last one that was read.</param>
    /// <param name="action">An action, or the part before its dot.</param>
    public static IReadOnlyList<AuditRow> List(Transaction tx, string? user, string? action, long before, int limit) => tx.Query<AuditRow>(
        Columns + """
             where number < @before and (@user is null or user_id = @user) and (@action is null or action = @action or action like @kind)
             order by number desc limit @limit
            """,
        new { user, action, kind = action + ".%", before, limit });

    /// <summary>Reads all of it, some at a time.</summary>
    /// <returns>How many there are, and what is wrong first; null when all is as it was written.</returns>
    public static (long Count, string? Problem) Verify(Transaction tx)
    {
        var (count, number, hash) = (0L, 0L, (string?)null);
        while (true)
        {
            var rows = tx.Query<AuditRow>(Columns + " where number > @number order by number limit @AtOnce", new { number, AtOnce });
            foreach (var row in rows)
            {
                if (hash is not null && (row.Number != number + 1 || row.Previous != hash))
                {
                    return (count, $"Between {number} and {row.Number} something was taken out or changed.");
                }

                if (row.Sum() != row.Hash)
                {
                    return (count, $"Entry {row.Number} is not as it was written.");
                }

                (number, hash) = (row.Number, row.Hash);
                count++;
            }

            if (rows.Count < AtOnce)
            {
                break;
            }
        }

        var head = tx.Query<(long Number, string Hash)>("select number, hash from audit_head where id = 1")[0];
        return head == (number, hash ?? "") ? (count, null) : (count, $"The newest entry is number {head.Number}, and the last that is there is {number}: the end was cut off.");
    }
}
