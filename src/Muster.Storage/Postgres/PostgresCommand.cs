using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;
using NpgsqlTypes;

namespace Muster.Storage.Postgres;

/// <summary>A command in the common dialect: truth values are 1 and 0, and texts hold what PostgreSQL can keep.</summary>
internal sealed class PostgresCommand(PostgresConnection connection, NpgsqlCommand inner) : DbCommand
{
    private string _text = "";

    [AllowNull]
    public override string CommandText
    {
        get => _text;
        set => _text = value ?? "";
    }

    public override int CommandTimeout
    {
        get => inner.CommandTimeout;
        set => inner.CommandTimeout = value;
    }

    public override CommandType CommandType
    {
        get => inner.CommandType;
        set => inner.CommandType = value;
    }

    public override bool DesignTimeVisible { get; set; }

    public override UpdateRowSource UpdatedRowSource { get; set; }

    protected override DbConnection? DbConnection
    {
        get => connection;
        set
        {
            if (value != connection)
            {
                throw new NotSupportedException("A command stays with its connection.");
            }
        }
    }

    protected override DbParameterCollection DbParameterCollection => inner.Parameters;

    protected override DbTransaction? DbTransaction { get; set; }

    public override void Cancel() => inner.Cancel();

    /// <summary>The driver prepares by itself what comes again.</summary>
    public override void Prepare()
    {
    }

    public override int ExecuteNonQuery()
    {
        Adapt();
        return connection.Send(inner, _text, static command => command.ExecuteNonQuery());
    }

    public override object? ExecuteScalar()
    {
        Adapt();
        return connection.Send(inner, _text, static command => command.ExecuteScalar());
    }

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior)
    {
        Adapt();
        return connection.Send(inner, _text, command => command.ExecuteReader(behavior));
    }

    protected override DbParameter CreateDbParameter() => new NpgsqlParameter();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Adapt()
    {
        foreach (NpgsqlParameter parameter in inner.Parameters)
        {
            switch (parameter.Value)
            {
                case string text:
                    parameter.Value = PostgresText.Keepable(text);
                    break;
                case bool truth:
                    (parameter.NpgsqlDbType, parameter.Value) = (NpgsqlDbType.Bigint, truth ? 1L : 0L);
                    break;
            }
        }
    }
}
