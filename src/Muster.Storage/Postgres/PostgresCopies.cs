namespace Muster.Storage.Postgres;

/// <summary>A backup in the hub's home, before the schema changes.</summary>
internal static class PostgresCopies
{
    public static void Make(PostgresOptions options, PostgresSession session, int before)
    {
        _ = (options, session, before);
    }
}
