using System.Runtime.CompilerServices;
using Muster.Storage.Postgres;

namespace Muster.Storage;

/// <summary>What a person writes to name a database of a PostgreSQL server.</summary>
public static class DatabaseAddress
{
    /// <summary>A sentence when it cannot be used, without what it holds, since that may be a password.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // or its caller would load the driver
    public static string? Mistake(string address)
    {
        try
        {
            _ = PostgresAddress.Parse(address);
            return null;
        }
        catch (StorageException wrong)
        {
            return wrong.Message;
        }
    }

    /// <summary>The address without user and password.</summary>
    public static string Shown(string address) => Mistake(address) is null ? Name(address) : "…";

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string Name(string address) => PostgresAddress.Parse(address).Name;
}
