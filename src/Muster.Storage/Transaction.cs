using System.Data;
using Dapper;

namespace Muster.Storage;

/// <summary>What a piece of work may do inside the writer: SQL by Dapper, and things to do once it is durable.</summary>
public sealed class Transaction(IDbConnection connection, IDbTransaction? inner)
{
    private List<Action>? _afterCommit;

    public int Execute(string sql, object? parameters = null) => connection.Execute(sql, parameters, inner);

    public IReadOnlyList<T> Query<T>(string sql, object? parameters = null) =>
        connection.Query<T>(sql, parameters, inner).AsList();

    public T? QueryFirst<T>(string sql, object? parameters = null) =>
        connection.QueryFirstOrDefault<T>(sql, parameters, inner);

    public T Scalar<T>(string sql, object? parameters = null) =>
        connection.ExecuteScalar<T>(sql, parameters, inner)!;

    /// <summary>Runs after the commit, in order, before the writer's caller goes on. Must be quick and must not throw.</summary>
    public void OnCommitted(Action action) => (_afterCommit ??= []).Add(action);

    internal IReadOnlyList<Action> AfterCommit => (IReadOnlyList<Action>?)_afterCommit ?? [];

    /// <summary>For readers that stop early; everything else goes through Dapper above.</summary>
    internal IDbCommand CreateCommand(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = inner;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
