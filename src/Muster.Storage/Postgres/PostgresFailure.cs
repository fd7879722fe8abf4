using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace Muster.Storage.Postgres;

/// <summary>PostgreSQL's codes and the ways to it as sentences for a person.</summary>
internal static class PostgresFailure
{
    /// <summary>True where the store itself is in trouble, not the statement that met it.</summary>
    public static bool IsOfStore(Exception error) => error switch
    {
        // connection, resources, operator, system, internal; a server that became a standby
        PostgresException server => server.SqlState is "25006" || server.SqlState[..2] is "08" or "53" or "57" or "58" or "XX",
        NpgsqlException => true,
        _ => false,
    };

    /// <summary>What happens on a connection that was good.</summary>
    public static StorageException Describe(PostgresAddress address, Exception error) => new(
        error switch
        {
            PostgresException { SqlState: "53100" } =>
                $"The disk of the PostgreSQL server is full, so {address.Name} takes no writes: free some space there.",
            PostgresException { SqlState: "25006" } =>
                $"The database {address.Name} has become read-only: name the primary server in the setting \"database\", or make this one the primary.",
            PostgresException { SqlState: "57014" } or NpgsqlException { InnerException: TimeoutException } =>
                $"The database {address.Name} took too long for this: see what keeps it busy (pg_stat_activity), and try again.",
            PostgresException { SqlState: "53300" } => Full(address),
            PostgresException { InvariantSeverity: "FATAL" or "PANIC" } => Broken(address),
            PostgresException server => $"The database {address.Name} could not do this: {server.MessageText}",
            _ => Broken(address),
        },
        error);

    /// <summary>What keeps the database from being opened.</summary>
    public static StorageException DescribeOpening(PostgresAddress address, Exception error) => new(Opening(address, error), error);

    private static string Opening(PostgresAddress address, Exception error)
    {
        var user = address.Builder.Username is { Length: > 0 } named ? named : "the user of the operating system";
        return error switch
        {
            PostgresException { SqlState: "28P01" } =>
                $"The PostgreSQL server at {address.Server} refuses the password of {user}: correct it in the setting \"database\".",
            PostgresException { SqlState: "28000" } server =>
                $"The PostgreSQL server at {address.Server} does not let {user} in ({server.MessageText}): check the user in the setting \"database\" and the server's pg_hba.conf.",
            PostgresException { SqlState: "3D000" } =>
                $"The PostgreSQL server at {address.Server} has no database {address.Builder.Database}: make it (createdb -E UTF8 -T template0 {address.Builder.Database}), or name another in the setting \"database\".",
            PostgresException { SqlState: "42501" } server =>
                $"{user} may not do what Muster needs in {address.Name} ({server.MessageText}): make {user} the owner of the database (alter database {address.Builder.Database} owner to {user}).",
            PostgresException { SqlState: "53300" } => Full(address),
            PostgresException { SqlState: "57P03" } =>
                $"The PostgreSQL server at {address.Server} is starting or stopping: try again when it is up.",
            PostgresException server => $"The database {address.Name} cannot be opened: {server.MessageText}",
            NpgsqlException { InnerException: (SocketException or TimeoutException or IOException) and var cause } =>
                $"The PostgreSQL server at {address.Server} does not answer ({cause.Message}): check that it runs and that the setting \"database\" names its host and port.",
            NpgsqlException { InnerException: AuthenticationException tls } =>
                $"The PostgreSQL server at {address.Server} cannot be reached by TLS ({tls.Message}): check its certificate, or set sslmode in the setting \"database\".",
            TimeoutException =>
                $"The PostgreSQL server at {address.Server} does not answer in time: check that it runs and that the setting \"database\" names its host and port.",
            _ when address.Builder.Password is null =>
                $"The PostgreSQL server at {address.Server} wants a password for {user}: add it to the setting \"database\" ({error.Message}).",
            _ => $"The database {address.Name} cannot be opened: {error.Message}",
        };
    }

    private static string Broken(PostgresAddress address) =>
        $"The connection to {address.Name} broke: Muster connects anew by itself; try again in a moment.";

    private static string Full(PostgresAddress address) =>
        $"The PostgreSQL server at {address.Server} has no connection left: raise its max_connections, or stop other programs that use it.";
}
