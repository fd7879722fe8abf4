using System.Data.Common;
using Dapper;
using Muster.Storage.Rows;

namespace Muster.Storage;

/// <summary>What a piece of work may do inside the writer: SQL by Dapper, rows in sets, and things to do once it is durable.</summary>
public sealed class Transaction
{
    private readonly Session _session;
    private List<Action>? _afterCommit;

    internal Transaction(Session session) => _session = session;

    internal IReadOnlyList<Action> AfterCommit => (IReadOnlyList<Action>?)_afterCommit ?? [];

    internal Session Session => _session;

    public int Execute(string sql, object? parameters = null) => _session.Connection.Execute(sql, parameters);

    public IReadOnlyList<T> Query<T>(string sql, object? parameters = null) =>
        _session.Connection.Query<T>(sql, parameters).AsList();

    public T? QueryFirst<T>(string sql, object? parameters = null) =>
        _session.Connection.QueryFirstOrDefault<T>(sql, parameters);

    public T Scalar<T>(string sql, object? parameters = null) =>
        _session.Connection.ExecuteScalar<T>(sql, parameters)!;

    /// <summary>For the hottest statements: the connection keeps the command prepared, by its text.</summary>
    public int ExecutePrepared(string sql, params ReadOnlySpan<(string Name, object? Value)> values) =>
        _session.Prepared(sql, values).ExecuteNonQuery();

    /// <summary>The first column of the first row; default where there is none, or null.</summary>
    public T? ScalarPrepared<T>(string sql, params ReadOnlySpan<(string Name, object? Value)> values) =>
        _session.Prepared(sql, values).ExecuteScalar() is T value ? value : default;

    /// <param name="read">Reads the current row; called once per row.</param>
    public List<T> QueryPrepared<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> values) =>
        QueryPrepared(sql, read, static () => true, values);

    /// <param name="more">Asked before each row, so that a query can end by what it has read.</param>
    public List<T> QueryPrepared<T>(string sql, Func<DbDataReader, T> read, Func<bool> more, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var reader = _session.Prepared(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (more() && reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>Rows whose key is one of these, in no order and each once; as few round trips as the engine allows.</summary>
    /// <param name="select">What is before the condition: <c>select … from …</c>.</param>
    public List<T> QueryByKey<T>(string select, string column, IEnumerable<string> keys, Func<DbDataReader, T> read)
    {
        var wanted = keys.Distinct(StringComparer.Ordinal).ToArray();
        return wanted.Length == 0 ? [] : _session.QueryByKey(select, column, wanted, read);
    }

    /// <summary>
    /// Inserts rows in as few round trips as the engine allows; what happens to one whose key is there already is said by the
    /// table. Of several rows with one key the last counts.
    /// </summary>
    /// <returns>Rows that were inserted or changed.</returns>
    public int InsertMany<T>(RowTable table, IEnumerable<T> rows, RowWriter<T> write) => _session.Write(table, RowVerb.Insert, rows, write);

    /// <summary>Sets the columns that are not in the key, for each row found by its key.</summary>
    /// <returns>Rows that were found.</returns>
    public int UpdateMany<T>(RowTable table, IEnumerable<T> rows, RowWriter<T> write) => _session.Write(table, RowVerb.Update, rows, write);

    /// <summary>Deletes by key; the writer gives the columns of the key alone, in the order of the table.</summary>
    /// <returns>Rows that were found.</returns>
    public int DeleteMany<T>(RowTable table, IEnumerable<T> rows, RowWriter<T> write) => _session.Write(table, RowVerb.Delete, rows, write);

    /// <summary>Runs after the commit, in order, before the writer's caller goes on. Must be quick and must not throw.</summary>
    public void OnCommitted(Action action) => (_afterCommit ??= []).Add(action);
}
