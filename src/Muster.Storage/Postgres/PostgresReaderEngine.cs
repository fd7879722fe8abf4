using Muster.Storage.Reading;

namespace Muster.Storage.Postgres;

internal sealed class PostgresReaderEngine(PostgresOptions options, PostgresServer server) : ReaderEngine
{
    public override Session Open() => server.Open();

    public override bool Begin(Session session) =>
        ((PostgresSession)session).Begin("begin isolation level repeatable read read only;", options.Time);

    public override bool End(Session session)
    {
        var own = (PostgresSession)session;
        own.Ended(options.Time);
        return own.TryRollback();
    }

    public override bool IsOfStore(Exception error) => PostgresFailure.IsOfStore(error);

    public override StorageException Describe(Exception error) => PostgresFailure.Describe(server.Address, error);
}
