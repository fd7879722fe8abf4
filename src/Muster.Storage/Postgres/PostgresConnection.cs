using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Muster.Storage.Postgres;

/// <summary>
/// A connection that lets short statements (begin, savepoint, release) travel with the command that comes next, so that they
/// cost no round trip of their own.
/// </summary>
internal sealed class PostgresConnection(NpgsqlConnection inner) : DbConnection
{
    /// <summary>Sent before the next command; each statement ends with a semicolon.</summary>
    public string Lead { get; set; } = "";

    /// <summary>Commands that have reached the server.</summary>
    public long Sent { get; private set; }

    /// <summary>The first command that failed since this was set to null.</summary>
    public Exception? Failure { get; set; }

    /// <summary>False once the server or the way to it is gone.</summary>
    public bool IsOpen => inner.FullState is ConnectionState.Open;

    [AllowNull]
    public override string ConnectionString { get; set; } = "";

    public override string Database => inner.Database;

    public override string DataSource => inner.DataSource;

    public override string ServerVersion => inner.ServerVersion;

    public override ConnectionState State => inner.State;

    public T Send<T>(NpgsqlCommand command, string text, Func<NpgsqlCommand, T> send)
    {
        command.CommandText = Lead.Length == 0 ? text : Lead + text;
        try
        {
            var result = send(command);
            Reached();
            return result;
        }
        catch (Exception error)
        {
            Failure ??= error;
            if (error is PostgresException)
            {
                Reached();
            }

            throw;
        }
    }

    public NpgsqlCommand NewInner() => inner.CreateCommand();

    public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

    public override void Close() => inner.Close();

    public override void Open() => throw new NotSupportedException();

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException();

    protected override DbCommand CreateDbCommand() => new PostgresCommand(this, inner.CreateCommand());

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Reached()
    {
        Lead = "";
        Sent++;
    }
}
