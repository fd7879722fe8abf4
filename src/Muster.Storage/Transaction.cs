using System.Data;
using System.Runtime.CompilerServices;
using Dapper;

namespace Muster.Storage;

/// <summary>What a piece of work may do inside the writer: SQL by Dapper, and things to do once it is durable.</summary>
public sealed class Transaction(IDbConnection connection, IDbTransaction? inner)
{
    private static readonly ConditionalWeakTable<IDbConnection, Dictionary<string, IDbCommand>> PreparedCommands = [];

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

    /// <summary>A command that its connection keeps prepared, for the hottest statements; everything else goes through Dapper above.</summary>
    internal IDbCommand Prepared(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var kept = PreparedCommands.GetOrCreateValue(connection);
        if (!kept.TryGetValue(sql, out var command))
        {
            kept[sql] = command = connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, _) in parameters)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = name;
                command.Parameters.Add(parameter);
            }
        }

        command.Transaction = inner;
        for (var index = 0; index < parameters.Length; index++)
        {
            ((IDataParameter)command.Parameters[index]!).Value = parameters[index].Value;
        }

        return command;
    }
}
