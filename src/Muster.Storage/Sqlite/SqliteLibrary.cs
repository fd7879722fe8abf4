using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Muster.Storage.Sqlite;

/// <summary>
/// Prefers the system's SQLite where it is newer than the one that is shipped. That is 3.35, and all SQL must run on it:
/// it has <c>returning</c> and full-text search, but not <c>strict</c>.
/// </summary>
internal static class SqliteLibrary
{
    private const int LeastVersion = 3_040_000;

    private static readonly Lazy<string> Loaded = new(Load);

    /// <summary>Loads the library once and returns its version.</summary>
    public static string Version => Loaded.Value;

    private static string Load()
    {
        if (OperatingSystem.IsLinux())
        {
            NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        }

        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return raw.sqlite3_libversion().utf8_to_string();
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == "e_sqlite3"
        && NativeLibrary.TryLoad("libsqlite3.so.0", out var library)
        && NativeLibrary.TryGetExport(library, "sqlite3_libversion_number", out var version)
        && Marshal.GetDelegateForFunctionPointer<VersionNumber>(version)() >= LeastVersion
            ? library
            : 0; // the runtime then looks for the shipped one

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int VersionNumber();
}
