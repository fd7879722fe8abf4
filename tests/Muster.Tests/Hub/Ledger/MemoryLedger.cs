using Microsoft.Data.Sqlite;
using Muster.Hub;
using Muster.Hub.Ledger;
using Muster.Storage;
using Muster.Storage.Sqlite;
using Muster.Testing;

namespace Muster.Tests.Hub.Ledger;

/// <summary>The hub's tables in a SQLite of this process alone, where a commit costs nothing; a hub's tests use files.</summary>
internal sealed class MemoryLedger : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteSession _session;

    public MemoryLedger(LedgerOptions? options = null)
    {
        _ = SqliteDatabase.LibraryVersion; // chooses the library
        _connection = new SqliteConnection("Data Source=:memory:");
        _connection.Open();
        foreach (var migration in Migration.In(typeof(HubHost).Assembly))
        {
            _connection.Run(migration.Sql);
        }

        _session = new SqliteSession(_connection);
        Book = new LedgerBook(options ?? new LedgerOptions(), Time);
    }

    public FakeTime Time { get; } = new();

    public LedgerBook Book { get; }

    /// <summary>As the writer does it: what throws is undone.</summary>
    public T Write<T>(Func<Transaction, T> work)
    {
        _connection.Run("begin immediate");
        try
        {
            var result = work(new Transaction(_session));
            _connection.Run("commit");
            return result;
        }
        catch
        {
            _connection.Run("rollback");
            throw;
        }
    }

    public void Write(Action<Transaction> work) => Write(tx =>
    {
        work(tx);
        return true;
    });

    public void Forget() => _connection.Run("delete from ledger_transfers; delete from ledger_accounts; delete from ledger_holds;");

    /// <summary>What an account has, and how much of that is held.</summary>
    public (long Balance, long Held) this[string account] => Write(tx =>
        tx.Query<(long, long)>("select balance, held from ledger_accounts where name = @account", new { account }) is [var found] ? found : default);

    public void Dispose() => _connection.Dispose();
}
