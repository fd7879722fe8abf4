using Microsoft.Data.Sqlite;
using Muster.Storage.Writing;

namespace Muster.Storage.Sqlite;

internal sealed class SqliteWriterEngine(SqliteOptions options, SqliteSession session) : WriterEngine
{
    public override void Begin(CancellationToken stopping) => session.Step("begin immediate");

    public override Transaction BeginWork()
    {
        session.Step("savepoint work");
        return new Transaction(session);
    }

    public override void EndWork() => session.Step("release work");

    public override bool UndoWork()
    {
        if (!session.InTransaction)
        {
            return false; // SQLite has undone the whole group by itself
        }

        session.Step("rollback to work");
        session.Step("release work");
        return true;
    }

    public override void Commit() => session.Step("commit");

    public override void Abandon() => session.Abandon();

    public override Exception Describe(Exception error) =>
        error is SqliteException sqlite && SqliteFailure.IsOfStore(sqlite) ? SqliteFailure.Describe(options.Path, sqlite) : error;

    public override StorageException DescribeLost(Exception error) => error is SqliteException sqlite
        ? SqliteFailure.Describe(options.Path, sqlite)
        : new StorageException($"The database {options.Path} lost this write: {error.Message}", error);

    public override void Dispose() => session.Dispose();
}
