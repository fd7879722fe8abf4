using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Muster.Testing.Postgres;

/// <summary>A real PostgreSQL server on a free loopback port, with a folder of its own. It ends with this process, however that ends.</summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    /// <summary>Is let in by password alone; everybody else without one.</summary>
    public const string GuardedUser = "guarded";
    public const string GuardedPassword = "correct horse";

    // The shell outlives a test run that is killed: its input then closes, and it stops the server and clears the folder.
    private const string Keeper =
        """
        folder=$1 port=$2 bin=$3
        exec 2>>"$folder/server.log"
        cd /
        if [ "$(id -u)" = 0 ]; then as="setpriv --reuid=postgres --regid=postgres --init-groups"; else as=""; fi
        if [ ! -d "$folder/data" ]; then
          mkdir "$folder/data" && chmod 755 "$folder"
          if [ -n "$as" ]; then chown postgres "$folder/data"; fi
          $as "$bin/initdb" -D "$folder/data" -U postgres -A trust --no-sync --locale=C.UTF-8 -E UTF8 >"$folder/server.log" 2>&1
          sed -i '1i host all guarded 127.0.0.1/32 scram-sha-256' "$folder/data/pg_hba.conf"
        fi
        $as "$bin/postgres" -D "$folder/data" -p "$port" -h 127.0.0.1 -k '' -c fsync=off -c full_page_writes=off -c autovacuum=off -c shared_buffers=32MB -c max_connections=300 >>"$folder/server.log" 2>&1 &
        server=$!
        echo $server
        if ! read -r how; then how=clear; fi
        kill -INT $server
        wait $server
        if [ "$how" = clear ]; then rm -rf "$folder"; fi
        """;

    private const long LeastInMemory = 4L << 30;

    private static readonly string? _programs = FindPrograms();
    private static readonly Lazy<Task<PostgresCluster>> _shared = new(StartAsync);
    private static int _databases;
    private readonly string _folder;
    private Process _keeper;
    private int _pid;

    private PostgresCluster(string folder, int port) => (_folder, Port, _keeper) = (folder, port, null!);

    /// <summary>Why there can be none here; null where there can.</summary>
    public static string? Missing { get; } = _programs is null ? "PostgreSQL's server is not installed here (apt-get install postgresql)" : null;

    public int Port { get; }

    /// <summary>One server for the whole test run; each test makes databases of its own in it.</summary>
    public static Task<PostgresCluster> SharedAsync() => _shared.Value;

    public static async Task<PostgresCluster> StartAsync()
    {
        var cluster = new PostgresCluster(NewFolder(), FreePort());
        await cluster.StartAgainAsync();
        return cluster;
    }

    /// <summary>The address of a new, empty database.</summary>
    public async Task<string> NewDatabaseAsync(string more = "")
    {
        var name = $"muster_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync($"create database {name} template template0 {more}");
        return Address(name);
    }

    public string Address(string database, string user = "postgres", string? password = null) =>
        $"postgres://{user}{(password is null ? "" : ":" + Uri.EscapeDataString(password))}@127.0.0.1:{Port}/{database}";

    public Task DropAsync(string address) => ExecuteAsync($"drop database if exists {new Uri(address).AbsolutePath[1..]} with (force)");

    /// <summary>As a person would with psql.</summary>
    public async Task<object?> ExecuteAsync(string sql, string database = "postgres")
    {
        await using var connection = await ConnectAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>As <c>kill -9</c> of the server and all its processes.</summary>
    public async Task KillAsync()
    {
        foreach (var pid in Children(_pid).Prepend(_pid).ToList())
        {
            Kill(pid);
        }

        await StopAsync("keep");
    }

    /// <summary>After <see cref="KillAsync"/>.</summary>
    public async Task StartAgainAsync()
    {
        _keeper = Process.Start(new ProcessStartInfo("sh", ["-c", Keeper, "sh", _folder, Port.ToString(CultureInfo.InvariantCulture), _programs!])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        _pid = int.Parse(await _keeper.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"initdb failed, see {_folder}/server.log"));
        await Eventually.TrueAsync(AnswersAsync, CancellationToken.None);
    }

    public async ValueTask DisposeAsync() => await StopAsync("clear");

    private async Task StopAsync(string how)
    {
        await _keeper.StandardInput.WriteLineAsync(how);
        await _keeper.StandardInput.FlushAsync();
        await _keeper.WaitForExitAsync();
        _keeper.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = await ConnectAsync("postgres");
            return true;
        }
        catch (NpgsqlException error)
        {
            return _keeper.HasExited
                ? throw new InvalidOperationException("PostgreSQL ended: " + await File.ReadAllTextAsync(Path.Combine(_folder, "server.log")), error)
                : false;
        }
    }

    private async Task<NpgsqlConnection> ConnectAsync(string database)
    {
        var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={Port};Database={database};Username=postgres;Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    private static IEnumerable<int> Children(int parent) =>
        Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out var pid) ? pid : 0)
            .Where(pid => pid != 0 && ParentOf(pid) == parent);

    private static int ParentOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1]);
        }
        catch (IOException)
        {
            return 0; // it ended while we looked
        }
    }

    private static void Kill(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (ArgumentException)
        {
            return; // its parent's end has ended it
        }
    }

    /// <summary>In memory where there is room: each new database is hundreds of files, which a disk's file system takes as long for as all else together.</summary>
    private static string NewFolder()
    {
        const string memory = "/dev/shm";
        return Directory.Exists(memory) && new DriveInfo(memory).AvailableFreeSpace >= LeastInMemory
            ? Directory.CreateDirectory(Path.Combine(memory, "muster-test-" + Path.GetRandomFileName())).FullName
            : Directory.CreateTempSubdirectory("muster-test-").FullName;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The folder of initdb and postgres: on the PATH, or where Debian puts them, the newest first.</summary>
    private static string? FindPrograms()
    {
        const string debian = "/usr/lib/postgresql";
        var versions = (Directory.Exists(debian) ? Directory.GetDirectories(debian) : [])
            .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0);
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(versions.Select(folder => Path.Combine(folder, "bin")))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));
    }
}
