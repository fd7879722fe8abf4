using Microsoft.Data.Sqlite;
using Muster.Storage.Reading;

namespace Muster.Storage.Sqlite;

internal sealed class SqliteReaderEngine(SqliteOptions options) : ReaderEngine
{
    public override Session Open() => new SqliteSession(SqliteConnections.OpenReader(options.Path));

    public override bool Begin(Session session)
    {
        ((SqliteSession)session).Step("begin");
        return true;
    }

    public override bool End(Session session)
    {
        var open = (SqliteSession)session;
        if (open.InTransaction)
        {
            open.Step("rollback");
        }

        return true;
    }

    public override bool IsOfStore(Exception error) => error is SqliteException sqlite && SqliteFailure.IsOfStore(sqlite);

    public override StorageException Describe(Exception error) => SqliteFailure.Describe(options.Path, (SqliteException)error);
}
