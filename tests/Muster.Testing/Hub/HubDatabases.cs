using System.Collections.Concurrent;
using Muster.Testing.Postgres;

namespace Muster.Testing.Hub;

public enum HubEngine
{
    Sqlite,
    Postgres,
}

/// <summary>The databases of hubs in tests: one for each home, dropped when that home is gone.</summary>
public static class HubDatabases
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> _addresses = new(StringComparer.Ordinal);

    // MUSTER_TEST_ENGINE=postgres runs every hub on PostgreSQL whose test does not say which it wants.
    private static readonly HubEngine _default =
        Enum.TryParse<HubEngine>(Environment.GetEnvironmentVariable("MUSTER_TEST_ENGINE"), ignoreCase: true, out var engine) ? engine : HubEngine.Sqlite;

    /// <returns>Null for a SQLite file in the home.</returns>
    public static async Task<string?> AddressAsync(string home, HubEngine? engine)
    {
        if ((engine ?? _default) == HubEngine.Sqlite)
        {
            return null;
        }

        var cluster = await PostgresCluster.SharedAsync();
        foreach (var (gone, address) in _addresses.Where(known => !Directory.Exists(known.Key)))
        {
            if (_addresses.TryRemove(gone, out _))
            {
                await cluster.DropAsync(await address.Value);
            }
        }

        return await _addresses.GetOrAdd(home, _ => new Lazy<Task<string>>(() => cluster.NewDatabaseAsync())).Value;
    }
}
