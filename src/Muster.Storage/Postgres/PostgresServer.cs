using Microsoft.Extensions.Logging;
using Npgsql;

namespace Muster.Storage.Postgres;

/// <summary>Opens connections that are set up as Muster needs them.</summary>
internal sealed partial class PostgresServer(PostgresOptions options) : IDisposable
{
    private const int LeastVersion = 14;

    // The keepalives are the server's: it notices a hub that is gone without a goodbye, and frees its lock.
    // Plans are kept, and most are made while the tables are small: one that reads a whole table, and joins by hashing it, is as
    // quick as any then and costs milliseconds once there are thousands of rows. Nearly all that Muster asks is by key.
    private const string Settings =
        """
        set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0; set jit = off;
        set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off;
        set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3;
        select set_config('synchronous_commit', case current_setting('synchronous_commit') when 'off' then 'on' else current_setting('synchronous_commit') end, false)
        """;

    private readonly NpgsqlDataSource _source = Build(options);

    public PostgresAddress Address { get; } = PostgresAddress.Parse(options.Address);

    /// <exception cref="StorageException">A sentence that says why not.</exception>
    public PostgresSession Open()
    {
        PostgresSession? session = null;
        try
        {
            session = new PostgresSession(new PostgresConnection(_source.OpenConnection()));
            session.Run(Settings);
            return session;
        }
        catch (Exception error) when (error is NpgsqlException or TimeoutException or InvalidOperationException or IOException)
        {
            session?.Dispose();
            throw PostgresFailure.DescribeOpening(Address, error);
        }
    }

    /// <summary>Refuses a server on which the promises of a store cannot be kept.</summary>
    public void Check(PostgresSession session)
    {
        var (version, encoding, standby, flushes, schema) = new Transaction(session).QueryFirst<(int, string, bool, string, string?)>(
            "select current_setting('server_version_num')::int, current_setting('server_encoding'), pg_is_in_recovery(), current_setting('fsync'), current_schema()");
        if (version < LeastVersion * 10_000)
        {
            throw new StorageException($"The PostgreSQL server at {Address.Server} is version {version / 10_000}: Muster needs {LeastVersion} or newer.");
        }

        if (encoding != "UTF8")
        {
            throw new StorageException(
                $"The database {Address.Name} keeps its text as {encoding}, which has no room for all characters: make one with UTF-8 (createdb -E UTF8 -T template0 NAME) and name it in the setting \"database\".");
        }

        if (standby)
        {
            throw new StorageException($"The database {Address.Name} is on a standby, which takes no writes: name the primary server in the setting \"database\".");
        }

        if (schema is null)
        {
            throw new StorageException($"The database {Address.Name} has no schema of the search_path: make it (create schema NAME), or correct search_path in the setting \"database\".");
        }

        if (flushes != "on")
        {
            LogNotDurable(options.Logger, Address.Name);
        }
    }

    public void Dispose() => _source.Dispose();

    private static NpgsqlDataSource Build(PostgresOptions options)
    {
        var builder = PostgresAddress.Parse(options.Address).Builder;
        // Named, so that whoever finds the database taken can be told by whom.
        builder.ApplicationName = $"{builder.ApplicationName} {Environment.MachineName} {Environment.ProcessId}";
        return new NpgsqlSlimDataSourceBuilder(builder.ConnectionString).EnableArrays().EnableTransportSecurity().EnableIntegratedSecurity().Build();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The server of {Name} runs with fsync off: what was stored is lost when its machine fails. Set fsync = on in postgresql.conf.")]
    private static partial void LogNotDurable(ILogger logger, string name);
}
