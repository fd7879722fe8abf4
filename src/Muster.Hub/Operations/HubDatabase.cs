using Microsoft.Extensions.Logging;
using Muster.Storage;
using Muster.Storage.Lanes;
using Muster.Storage.Postgres;
using Muster.Storage.Sqlite;

namespace Muster.Hub.Operations;

/// <summary>The hub's store: hub.db in its home, or the PostgreSQL database that the setting names.</summary>
internal static class HubDatabase
{
    public static IReadOnlyList<Migration> Migrations { get; } = [.. LaneStore.Migrations, .. Migration.In(typeof(HubDatabase).Assembly)];

    public static Task<Database> OpenAsync(HubOptions options) => Database.OpenAsync(Options(options), Migrations);

    public static DatabaseOptions Options(HubOptions options)
    {
        var (version, logger) = (Version.Parse(options.ProgramVersion.Split('-', '+')[0]), options.Loggers.CreateLogger("Muster.Storage"));
        return options.Database is { } address
            ? new PostgresOptions { Address = address, CopyFolder = options.Home, ProgramVersion = version, Time = options.Time, Logger = logger }
            : new SqliteOptions { Path = Path.Combine(options.Home, "hub.db"), ProgramVersion = version, Time = options.Time, Logger = logger };
    }
}
