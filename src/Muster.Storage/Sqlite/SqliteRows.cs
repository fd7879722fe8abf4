using System.Text;
using Microsoft.Data.Sqlite;
using Muster.Storage.Rows;
using SQLitePCL;

namespace Muster.Storage.Sqlite;

/// <summary>One statement that stays prepared, bound and stepped once per row, without the objects of ADO.NET in between.</summary>
internal sealed class SqliteRows : RowSink
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private byte[] _utf8 = new byte[256];

    public SqliteRows(SqliteConnection connection, RowTable table, RowVerb verb)
        : base(table, verb)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v3(_database, Dialect.Sqlite.Write(table, verb), raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    public override RowValues Add(long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, Next(RowType.Integer) + 1, value));
        return this;
    }

    public override RowValues Add(double value)
    {
        Check(raw.sqlite3_bind_double(_statement, Next(RowType.Real) + 1, value));
        return this;
    }

    public override RowValues Add(ReadOnlySpan<byte> value)
    {
        var place = Next(RowType.Blob) + 1;
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, place, 0) : raw.sqlite3_bind_blob(_statement, place, value));
        return this;
    }

    public override RowValues Add(byte[]? value) => value is null ? AddNull() : Add(value.AsSpan());

    public override RowValues Add(string? value)
    {
        if (value is null)
        {
            return AddNull();
        }

        var place = Next(RowType.Text) + 1;
        if (value.Length == 0)
        {
            Check(raw.sqlite3_bind_text(_statement, place, "")); // an empty span has no address, and that would bind null
            return this;
        }

        if (_utf8.Length < value.Length * 3)
        {
            _utf8 = new byte[value.Length * 3];
        }

        var length = Encoding.UTF8.GetBytes(value, _utf8);
        Check(raw.sqlite3_bind_text(_statement, place, _utf8.AsSpan(0, length)));
        return this;
    }

    public override RowValues AddNull()
    {
        Check(raw.sqlite3_bind_null(_statement, NextNull() + 1));
        return this;
    }

    public override void Dispose() => _statement.Dispose();

    protected override void Clear()
    {
        _ = raw.sqlite3_reset(_statement); // repeats the error of a step that failed, which was thrown then
        if (_utf8.Length > 1 << 20)
        {
            _utf8 = new byte[256];
        }
    }

    protected override void Send()
    {
        var result = raw.sqlite3_step(_statement);
        if (result != raw.SQLITE_DONE)
        {
            Check(result);
        }

        Affected += raw.sqlite3_changes(_database);
        Check(raw.sqlite3_reset(_statement));
    }

    protected override void Flush() => _ = raw.sqlite3_clear_bindings(_statement);

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
