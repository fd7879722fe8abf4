using Muster.Storage;
using Muster.Storage.Lanes;
using Muster.Storage.Sqlite;

namespace Muster.Node;

/// <summary>The node's store: what waits for the hub, and what its features keep. Migrations 0100 to 0149 are the link's, later ones the assistant's.</summary>
public static class NodeDatabase
{
    public static IReadOnlyList<Migration> Migrations { get; } =
        [.. LaneStore.Migrations, .. Migration.In(typeof(NodeDatabase).Assembly)];

    /// <summary>A node has little to read again, and its memory is to be small.</summary>
    private const int CacheKilobytes = 2_000;

    public static Task<SqliteDatabase> OpenAsync(SqliteOptions options) => SqliteDatabase.OpenAsync(options with { CacheKilobytes = CacheKilobytes }, Migrations);
}
