using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Node;
using Muster.Node.Artifacts;
using Muster.Node.Copies;
using Muster.Node.Folders;
using Muster.Node.Link;
using Muster.Node.Policy;
using Muster.Protocol.Wire;
using Muster.Storage;
using Muster.Storage.Sqlite;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Copies;

/// <summary>The target's end of a copy, with a hub that sends some bytes and then no more.</summary>
public sealed class CopyHostTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TcpListener _hub = new(IPAddress.Loopback, 0);
    private readonly FrameHandlers _handlers = new();
    private readonly TransferToken _token = new();
    private Task _serving = Task.CompletedTask;
    private Database _database = null!;
    private HubTransfers _transfers = null!;
    private CopyHost _host = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Work => Path.Combine(_folder.Path, "work");

    private ConfinedFolder Confined => new(Work, Path.Combine(_folder.Path, "home"), "");

    public async ValueTask InitializeAsync()
    {
        _hub.Start();
        _serving = ServeAsync();
        _database = await NodeDatabase.OpenAsync(new SqliteOptions { Path = Path.Combine(_folder.Path, "node.db"), ProgramVersion = new Version(0, 1, 0) });
        var identity = new NodeIdentity { HubUrl = $"http://{_hub.LocalEndpoint}", NodeId = "", Secret = "", PrivateKey = "", MachineId = "" };
        _transfers = new HubTransfers(identity, _token, TimeProvider.System, TimeSpan.FromMinutes(1));
        _token.Set("token");
        _host = NewHost();
        _host.Register(_handlers);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _transfers.Dispose();
        _hub.Dispose();
        await _serving;
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Write_TheCopyEnds_LeavesNoTemporaryFile()
    {
        _handlers.Take(Order("write", lease: 600));
        await Eventually.TrueAsync(() => Files.Any(file => file.EndsWith(".tmp", StringComparison.Ordinal)), Cancel);
        Files.ShouldNotContain("a.bin"); // half of it is not to be seen under its name
        File.GetUnixFileMode(Path.Combine(Work, Files.Single())).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        _handlers.Take(Order("end", lease: 0));

        await Eventually.TrueAsync(() => Files.Count == 0, Cancel);
    }

    [Fact]
    public async Task Write_TheHubAsksNoMore_EndsByItself()
    {
        _handlers.Take(Order("write", lease: 1));

        await Eventually.TrueAsync(() => Files.Count > 0, Cancel);
        await Eventually.TrueAsync(() => Files.Count == 0, Cancel);
    }

    [Fact]
    public async Task Start_AfterACrash_RemovesWhatWasLeft()
    {
        Directory.CreateDirectory(Path.Combine(Work, "docs"));
        File.WriteAllText(Path.Combine(Work, "docs", ".muster-cpy_1.tmp"), "half");
        File.WriteAllText(Path.Combine(Work, "docs", "a.bin"), "before");
        var parts = new CopyParts(_database, Confined, NullLogger.Instance);
        await parts.AddAsync("docs/a.bin", ".muster-cpy_1.tmp", Cancel);
        await parts.AddAsync("gone/b.bin", ".muster-cpy_2.tmp", Cancel);

        await NewHost().StartAsync(Cancel);

        Files.ShouldBe(["docs/a.bin"]);
        (await _database.ReadAsync(tx => tx.Scalar<long>("select count(*) from copy_parts"), Cancel)).ShouldBe(0);
    }

    private IReadOnlyList<string> Files => Directory.Exists(Work)
        ? [.. Directory.EnumerateFiles(Work, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Work, file))]
        : [];

    private CopyHost NewHost() => new(new CopyKit
    {
        Folder = Confined,
        Rules = new CopyRules(new ToolPolicy(Work, []), Work, null!, _ => false),
        Hub = _transfers,
        Database = _database,
        Tell = _ => { },
        Time = TimeProvider.System,
        Logger = NullLogger.Instance,
    });

    private static Frame Order(string step, uint lease) => new()
    {
        CopyOrder = new CopyOrder
        {
            CopyId = "cpy_1", Step = step, Path = "a.bin", Name = "a.bin", Size = 1000, Mode = 0b110_100_100, LeaseSeconds = lease, Sha256 = ByteString.CopyFrom(new byte[32]),
        },
    };

    private async Task ServeAsync()
    {
        var open = new List<Socket>();
        try
        {
            while (true)
            {
                var client = await _hub.AcceptSocketAsync(Cancel);
                open.Add(client);
                await client.ReceiveAsync(new byte[8192], Cancel);
                await client.SendAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly the beginning"), Cancel);
            }
        }
        catch (Exception error) when (error is SocketException or InvalidOperationException or OperationCanceledException) // stopped, at whichever moment
        {
            open.ForEach(client => client.Dispose());
        }
    }
}
