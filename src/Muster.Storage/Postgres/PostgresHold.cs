using System.Security.Cryptography;

namespace Muster.Storage.Postgres;

/// <summary>
/// One hub at a time writes to a database. The connection that writes holds an advisory lock, which the server frees when that
/// connection ends, however it ends; a token tells whether another hub wrote while the lock was lost.
/// </summary>
internal sealed class PostgresHold(PostgresServer server, PostgresOptions options)
{
    // "Must" in ASCII; hubs in different schemas of one database do not meet.
    private const string Key = "1299542900, hashtext(current_schema())";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly string _token = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Waits a little for a hub that was just stopped.</summary>
    /// <exception cref="StorageException">Another hub holds it.</exception>
    public async Task<PostgresSession> TakeAsync(CancellationToken cancel)
    {
        var session = server.Open();
        try
        {
            server.Check(session);
            var started = options.Time.GetTimestamp();
            while (!TryLock(session))
            {
                if (options.Time.GetElapsedTime(started) >= options.LockPatience)
                {
                    throw Taken(session);
                }

                await Task.Delay(Pause, options.Time, cancel);
            }

            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>From here on this hub is the one that writes.</summary>
    public void Claim(PostgresSession session)
    {
        session.Run("create table if not exists schema_writer (id bigint primary key, token text not null)");
        new Transaction(session).Execute(
            "insert into schema_writer (id, token) values (1, @token) on conflict (id) do update set token = excluded.token", new { token = _token });
    }

    /// <summary>After the connection was lost.</summary>
    /// <exception cref="StorageException">The server is away, or another hub has taken the database.</exception>
    public PostgresSession TakeAgain()
    {
        var session = server.Open();
        try
        {
            server.Check(session);
            if (!TryLock(session))
            {
                throw Taken(session);
            }

            if (new Transaction(session).Scalar<string>("select token from schema_writer") != _token)
            {
                throw new StorageException($"Another hub has written to {server.Address.Name} while this one had lost its connection: stop this hub, and start it anew once no other uses that database.");
            }

            return session;
        }
        catch (Exception error)
        {
            session.Dispose();
            throw PostgresFailure.IsOfStore(error) ? PostgresFailure.DescribeOpening(server.Address, error) : error;
        }
    }

    private static bool TryLock(PostgresSession session) => new Transaction(session).Scalar<bool>($"select pg_try_advisory_lock({Key})");

    private StorageException Taken(PostgresSession session)
    {
        var holder = new Transaction(session).QueryFirst<string>(
            """
            select a.application_name from pg_locks l join pg_stat_activity a on a.pid = l.pid
            where l.locktype = 'advisory' and l.granted and l.classid = 1299542900 and l.objid = (hashtext(current_schema())::bigint & 4294967295)::oid
                and l.database = (select oid from pg_database where datname = current_database())
            """);
        return new StorageException(
            $"The database {server.Address.Name} is in use by another hub ({holder ?? "it has just gone"}): stop that one, or give this hub another database. Two hubs cannot share one.");
    }
}
