using System.Collections;
using Muster.Storage.Rows;
using Npgsql;
using NpgsqlTypes;

namespace Muster.Storage.Postgres;

/// <summary>Collects rows as one array per column and sends a few thousand with one statement.</summary>
internal sealed class PostgresRows : RowSink
{
    private const int BatchRows = 4000;
    private const int BatchBytes = 4 << 20;
    private readonly PostgresConnection _connection;
    private readonly NpgsqlCommand _command;
    private readonly string _sql;
    private readonly IList[] _columns;
    private int _rows;
    private long _bytes;

    public PostgresRows(PostgresConnection connection, RowTable table, RowVerb verb)
        : base(table, verb)
    {
        _connection = connection;
        _sql = Dialect.Postgres.Write(table, verb);
        _command = connection.NewInner();
        _columns = new IList[Width];
        for (var column = 0; column < Width; column++)
        {
            var (list, type) = Kind(TypeOf(column));
            _columns[column] = list;
            _command.Parameters.Add(new NpgsqlParameter($"c{column}", NpgsqlDbType.Array | type) { Value = list });
        }
    }

    public override RowValues Add(long value)
    {
        ((List<long?>)_columns[Next(RowType.Integer)]).Add(value);
        return this;
    }

    public override RowValues Add(double value)
    {
        ((List<double?>)_columns[Next(RowType.Real)]).Add(value);
        return this;
    }

    public override RowValues Add(ReadOnlySpan<byte> value) => Add(value.ToArray());

    public override RowValues Add(byte[]? value)
    {
        if (value is null)
        {
            return AddNull();
        }

        ((List<byte[]?>)_columns[Next(RowType.Blob)]).Add(value);
        _bytes += value.Length;
        return this;
    }

    public override RowValues Add(string? value)
    {
        if (value is null)
        {
            return AddNull();
        }

        ((List<string?>)_columns[Next(RowType.Text)]).Add(PostgresText.Keepable(value));
        _bytes += value.Length;
        return this;
    }

    public override RowValues AddNull()
    {
        _columns[NextNull()].Add(null);
        return this;
    }

    public override void Dispose() => _command.Dispose();

    protected override void Clear()
    {
        foreach (var column in _columns)
        {
            column.Clear();
        }

        (_rows, _bytes) = (0, 0);
    }

    protected override void Send()
    {
        if (++_rows >= BatchRows || _bytes >= BatchBytes)
        {
            Flush();
        }
    }

    protected override void Flush()
    {
        if (_rows > 0)
        {
            Affected += _connection.Send(_command, _sql, static command => command.ExecuteNonQuery());
            Clear();
        }
    }

    private static (IList List, NpgsqlDbType Type) Kind(RowType type) => type switch
    {
        RowType.Integer => (new List<long?>(), NpgsqlDbType.Bigint),
        RowType.Text => (new List<string?>(), NpgsqlDbType.Text),
        RowType.Blob => (new List<byte[]?>(), NpgsqlDbType.Bytea),
        _ => (new List<double?>(), NpgsqlDbType.Double),
    };
}
