using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Muster.Storage;
using Muster.Storage.Sqlite;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Storage;

public sealed class KilledWriterTests
{
    private const string FileVariable = "MUSTER_TEST_KILLED_WRITER_FILE";
    private const string PortVariable = "MUSTER_TEST_KILLED_WRITER_PORT";

    private static readonly Migration Numbers = new(1, "numbers", "create table numbers (number integer primary key)", new Version(0, 1, 0));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ProcessKilledWhileItWrites_KeepsAllThatWasAcknowledged()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "muster.db");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var child = StartChild(path, ((IPEndPoint)listener.LocalEndpoint).Port);
        using var connection = await listener.AcceptSocketAsync(Cancel);

        var acknowledged = new List<int>();
        await foreach (var number in ReadNumbersAsync(connection))
        {
            acknowledged.Add(number);
            if (acknowledged.Count == 500)
            {
                child.Kill();
            }
        }

        await child.WaitForExitAsync(Cancel);
        await using var database = await OpenAsync(path);
        var stored = await database.ReadAsync(tx => tx.Query<int>("select number from numbers"), Cancel);
        acknowledged.Count.ShouldBeGreaterThanOrEqualTo(500);
        acknowledged.Except(stored).ShouldBeEmpty();
        (await database.ReadAsync(tx => tx.Scalar<string>("pragma integrity_check"), Cancel)).ShouldBe("ok");
    }

    /// <summary>Not a test: what the killed process does. It writes until it is killed and tells each number once it is durable.</summary>
    [Fact(Explicit = true)]
    public async Task Child_WritesForEver()
    {
        using var connection = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await connection.ConnectAsync(IPAddress.Loopback, int.Parse(Environment.GetEnvironmentVariable(PortVariable)!), Cancel);
        await using var database = await OpenAsync(Environment.GetEnvironmentVariable(FileVariable)!);
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            while (true)
            {
                var number = Interlocked.Increment(ref next);
                await database.WriteAsync(tx => tx.Execute("insert into numbers values (@number)", new { number }), Cancel);
                lock (connection)
                {
                    connection.Send(BitConverter.GetBytes(number));
                }
            }
        }));
    }

    private static Task<SqliteDatabase> OpenAsync(string path) =>
        SqliteDatabase.OpenAsync(new SqliteOptions { Path = path, ProgramVersion = new Version(0, 1, 0) }, [Numbers]);

    private static Process StartChild(string path, int port)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(KilledWriterTests).Assembly.Location);
        }

        foreach (var argument in new[] { "-method", $"{typeof(KilledWriterTests).FullName}.{nameof(Child_WritesForEver)}", "-explicit", "only" })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[FileVariable] = path;
        start.Environment[PortVariable] = $"{port}";
        return Process.Start(start)!;
    }

    private static async IAsyncEnumerable<int> ReadNumbersAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket);
        var bytes = new byte[4];
        while (await ReadAsync(stream, bytes))
        {
            yield return BitConverter.ToInt32(bytes);
        }
    }

    private static async Task<bool> ReadAsync(NetworkStream stream, byte[] bytes)
    {
        try
        {
            return await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, Cancel) == bytes.Length;
        }
        catch (IOException)
        {
            return false; // the killed process left a reset connection
        }
    }
}
