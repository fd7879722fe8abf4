using System.Data.Common;
using Muster.Storage.Rows;

namespace Muster.Storage;

/// <summary>One open connection of an engine, and what is kept prepared on it. Used by one thread at a time.</summary>
internal abstract class Session(DbConnection connection, Dialect dialect) : IDisposable
{
    private readonly Dictionary<string, DbCommand> _prepared = new(StringComparer.Ordinal);
    private readonly Dictionary<(RowTable Table, RowVerb Verb), RowSink> _sinks = [];

    public DbConnection Connection => connection;

    public Dialect Dialect => dialect;

    /// <summary>Runs statements without parameters, results or a bound of time.</summary>
    public abstract void Run(string sql);

    /// <summary>Rolls back what is left of a transaction. Must not throw.</summary>
    public abstract void Abandon();

    public DbCommand Prepared(string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, _) in values)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = name;
                command.Parameters.Add(parameter);
            }

            _prepared[sql] = command;
        }

        for (var index = 0; index < values.Length; index++)
        {
            command.Parameters[index].Value = values[index].Value ?? DBNull.Value;
        }

        return command;
    }

    /// <returns>Rows that were inserted, changed or deleted.</returns>
    public int Write<T>(RowTable table, RowVerb verb, IEnumerable<T> rows, RowWriter<T> write)
    {
        if (!_sinks.TryGetValue((table, verb), out var sink))
        {
            _sinks[(table, verb)] = sink = Sink(table, verb);
        }

        sink.Begin();
        try
        {
            foreach (var row in rows)
            {
                write(sink, row);
                sink.EndRow();
            }

            return sink.Finish();
        }
        finally
        {
            sink.End();
        }
    }

    public abstract List<T> QueryByKey<T>(string select, string column, string[] keys, Func<DbDataReader, T> read);

    public virtual void Dispose()
    {
        foreach (var sink in _sinks.Values)
        {
            sink.Dispose();
        }

        foreach (var command in _prepared.Values)
        {
            command.Dispose();
        }

        connection.Dispose();
    }

    protected static void ReadInto<T>(List<T> rows, DbCommand command, Func<DbDataReader, T> read)
    {
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }
    }

    protected abstract RowSink Sink(RowTable table, RowVerb verb);
}
