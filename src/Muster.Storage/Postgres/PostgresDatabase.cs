using System.Data.Common;
using Muster.Storage.Backup;
using Muster.Storage.Reading;
using Muster.Storage.Schema;
using Muster.Storage.Writing;

namespace Muster.Storage.Postgres;

/// <summary>A database of a PostgreSQL server, for one hub at a time: one writing connection with group commit, a few readers.</summary>
public sealed class PostgresDatabase : Database
{
    private readonly PostgresServer _server;

    private PostgresDatabase(PostgresOptions options, PostgresServer server, PostgresHold hold, PostgresSession writer)
        : base(
            options,
            Dialect.Postgres,
            new GroupWriter(options, new PostgresWriterEngine(options, server.Address, hold, writer)),
            new ReaderPool(options, new PostgresReaderEngine(options, server))) =>
        _server = server;

    /// <summary>Takes the database and brings it to the newest schema, with a backup before.</summary>
    /// <exception cref="StorageException">It cannot be reached, is another hub's, or does not suit; the message says what to do.</exception>
    public static Task<PostgresDatabase> OpenAsync(PostgresOptions options, IReadOnlyList<Migration> migrations, CancellationToken cancel = default) => WithWriterAsync(
        options,
        async (server, hold, session) =>
        {
            await new Migrator(options, session, number => PostgresCopies.MakeAsync(options, session, $"{number}")).ApplyAsync(migrations);
            hold.Claim(session);
            return new PostgresDatabase(options, server, hold, session);
        },
        cancel);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _server.Dispose();
    }

    internal static Task RestoreAsync(PostgresOptions options, IReadOnlyList<Migration> migrations, Restoring restoring) => WithWriterAsync(
        options,
        async (server, _, session) =>
        {
            await new RowLoad(session, options, migrations).RunAsync(restoring, () => PostgresCopies.MakeAsync(options, session, "restore"));
            session.Dispose();
            server.Dispose();
            return true;
        },
        CancellationToken.None);

    private static Task<T> WithWriterAsync<T>(PostgresOptions options, Func<PostgresServer, PostgresHold, PostgresSession, Task<T>> use, CancellationToken cancel) => Task.Run(
        async () =>
        {
            var server = new PostgresServer(options);
            PostgresSession? session = null;
            try
            {
                var hold = new PostgresHold(server, options);
                session = await hold.TakeAsync(cancel);
                return await use(server, hold, session);
            }
            catch (Exception error)
            {
                session?.Dispose();
                server.Dispose();
                throw error is DbException ? PostgresFailure.DescribeOpening(server.Address, error) : error;
            }
        },
        cancel);
}
