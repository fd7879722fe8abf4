using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.Data.Sqlite;
using Muster.Hub;
using Muster.Storage;
using Muster.Storage.Lanes;
using Muster.Tests.Tidy;
using Npgsql;
using Shouldly;
using Xunit;

namespace Muster.Tests.Storage;

/// <summary>Every statement that the hub's code holds as a text is one that both engines understand, with the tables that its migrations make.</summary>
public sealed partial class SqlTextTests : IAsyncLifetime
{
    private static readonly string[] _folders = ["src/Muster.Hub/", "src/Muster.Storage/Lanes/"];
    private readonly SqliteStore _sqlite = new();
    private readonly PostgresStore _postgres = new();

    private static IReadOnlyList<Migration> Migrations { get; } = [.. LaneStore.Migrations, .. Migration.In(typeof(HubHost).Assembly)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _sqlite.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    [Fact]
    public void Statements_AreFound() => Statements().Count().ShouldBeGreaterThan(60);

    [Fact]
    public async Task Statements_OfTheHub_AreSqlite()
    {
        await (await _sqlite.OpenAsync(Migrations)).DisposeAsync();
        await using var connection = new SqliteConnection($"Data Source={_sqlite.File};Pooling=false");
        await connection.OpenAsync(Cancel);

        Wrong(sql =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = "explain " + Lists().Replace(sql, "in ($1)");
            foreach (var name in Names().Matches(sql).Select(match => match.Value).Distinct(StringComparer.Ordinal))
            {
                command.Parameters.AddWithValue(name, DBNull.Value);
            }

            command.ExecuteNonQuery();
        }).ShouldBeEmpty();
    }

    [Fact]
    public async Task Statements_OfTheHub_ArePostgres()
    {
        PostgresStore.SkipIfMissing();
        await (await _postgres.OpenAsync(Migrations)).DisposeAsync();
        await using var connection = new NpgsqlConnection(
            $"Host=127.0.0.1;Port={_postgres.Cluster.Port};Database={new Uri(_postgres.Address).AbsolutePath[1..]};Username=postgres;Pooling=false");
        await connection.OpenAsync(Cancel);

        Wrong(sql =>
        {
            var names = new List<string>();
            var numbered = Names().Replace(Lists().Replace(sql, "in ($1)"), match =>
            {
                names.Add(match.Value);
                return "$" + (names.Distinct(StringComparer.Ordinal).ToList().IndexOf(match.Value) + 1);
            });
            using var command = new NpgsqlCommand($"prepare statement as {numbered}; deallocate statement", connection);
            try
            {
                command.ExecuteNonQuery();
            }
            catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.IndeterminateDatatype or PostgresErrorCodes.AmbiguousParameter)
            {
                // the program gives each parameter with its type
            }
        }).ShouldBeEmpty();
    }

    private static List<string> Wrong(Action<string> prepare)
    {
        var wrong = new List<string>();
        foreach (var (where, sql) in Statements())
        {
            try
            {
                prepare(sql);
            }
            catch (System.Data.Common.DbException error)
            {
                wrong.Add($"{where}: {error.Message}");
            }
        }

        return wrong;
    }

    /// <summary>Texts that begin as a statement; parts that are put together count when all of them are known to the compiler.</summary>
    private static IEnumerable<(string Where, string Sql)> Statements() =>
        from file in SourceTree.Product.Where(file => _folders.Any(folder => file.Path.StartsWith(folder, StringComparison.Ordinal)))
        let constants = Constants(file)
        from text in file.Nodes<ExpressionSyntax>().Where(node => node is LiteralExpressionSyntax or BinaryExpressionSyntax && node.Parent is not BinaryExpressionSyntax)
        where text.FirstAncestorOrSelf<FieldDeclarationSyntax>() is null
        let sql = Value(text, constants)
        where sql is not null && Statement().IsMatch(sql)
        select (file.At(text), sql.TrimEnd().TrimEnd(';'));

    private static Dictionary<string, string> Constants(SourceFile file)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in file.Nodes<VariableDeclaratorSyntax>())
        {
            if (field.Initializer is not null && field.FirstAncestorOrSelf<FieldDeclarationSyntax>() is not null && Value(field.Initializer.Value, known) is { } value)
            {
                known.TryAdd(field.Identifier.Text, value);
            }
        }

        return known;
    }

    private static string? Value(ExpressionSyntax expression, Dictionary<string, string> constants) => expression switch
    {
        LiteralExpressionSyntax literal when literal.Token.Value is string text => text,
        IdentifierNameSyntax name => constants.GetValueOrDefault(name.Identifier.Text),
        BinaryExpressionSyntax sum when sum.IsKind(SyntaxKind.AddExpression) =>
            Value(sum.Left, constants) is { } left && Value(sum.Right, constants) is { } right ? left + right : null,
        _ => null,
    };

    [GeneratedRegex(@"\A\s*(select\s.*\sfrom\s|insert\s+(or\s+\w+\s+)?into\s|update\s+\w+\s+set\s|delete\s+from\s)", RegexOptions.Singleline, 1000)]
    private static partial Regex Statement();

    [GeneratedRegex(@"@\w+", RegexOptions.None, 1000)]
    private static partial Regex Names();

    /// <summary>A list of values, which Dapper writes out.</summary>
    [GeneratedRegex(@"\bin\s+(@\w+)", RegexOptions.None, 1000)]
    private static partial Regex Lists();
}
