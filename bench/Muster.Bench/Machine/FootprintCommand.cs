using System.Net.WebSockets;
using System.Runtime;
using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Muster.Protocol.Wire;
using Serilog;

namespace Muster.Bench.Machine;

/// <summary><c>footprint</c>: resident memory of this process after each of the things that a node cannot do without, one after the other.</summary>
internal static class FootprintCommand
{
    public static async Task RunAsync()
    {
        Show("the runtime, started");
        await using var connection = Open();
        Show("+ SQLite, a statement by ADO.NET");
        Map(connection);
        Show("+ Dapper, three statements");
        Sign();
        Show("+ a P-256 key, a signature");
        JsonDocument.Parse("""{"a":1}""").RootElement.GetProperty("a").GetInt32();
        Show("+ JSON");
        Log();
        Show("+ a log file by Serilog");
        FrameBatch.Parser.ParseFrom(new FrameBatch { Frames = { new Frame { Heartbeat = new Heartbeat { Running = 1 } } } }.ToByteArray());
        Show("+ a protobuf message");
        await DialAsync();
        Show("+ HTTP and a WebSocket, dialled in vain");
    }

    private static void Show(string what)
    {
        var resident = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmRSS", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2];
        Console.WriteLine($"| {what} | {long.Parse(resident) * 1.024e-3:0} MB | {JitInfo.GetCompiledMethodCount()} |");
    }

    private static SqliteConnection Open()
    {
        SQLitePCL.Batteries_V2.Init();
        var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "create table things (id integer, name text); insert into things values (1, 'a')";
        command.ExecuteNonQuery();
        return connection;
    }

    private static void Map(SqliteConnection connection)
    {
        connection.Execute("insert into things values (@id, @name)", new { id = 2L, name = "b" });
        _ = connection.Query<(long, string)>("select id, name from things where id > @id", new { id = 0L }).ToList();
        _ = connection.ExecuteScalar<long>("select count(*) from things");
    }

    private static void Sign()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        key.SignData([1, 2, 3], HashAlgorithmName.SHA256);
    }

    private static void Log()
    {
        var folder = Directory.CreateTempSubdirectory("muster-footprint-");
        using (var log = new LoggerConfiguration().WriteTo.File(Path.Combine(folder.FullName, "log"), rollingInterval: RollingInterval.Day).CreateLogger())
        {
            log.Information("A line with {Something}", 1);
        }

        folder.Delete(recursive: true);
    }

    private static async Task DialAsync()
    {
        using var socket = new ClientWebSocket();
        try
        {
            await socket.ConnectAsync(new Uri("ws://127.0.0.1:1/"), CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // Nobody listens there; what counts is what was loaded to find that out.
        }
    }
}
