using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Muster.Hub;
using Muster.Hub.Fleet;
using Muster.Hub.Operations;
using Muster.Protocol.Ids;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;
using Muster.Storage.Backup;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Operations;

public sealed class PostgresHubBackupTests : HubBackupTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

/// <summary>A hub that runs is backed up over its API, and is another hub after a restore elsewhere.</summary>
public class HubBackupTests : IAsyncLifetime
{
    private readonly TemporaryFolder _home = new();
    private readonly TemporaryFolder _other = new();
    private HubApplication _app = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected virtual HubEngine? Engine => null;

    private string Archive => Path.Combine(_other.Path, "backup.tar.gz");

    private string OtherHome => Path.Combine(_other.Path, "home");

    public async ValueTask InitializeAsync() => _app = await HubApplication.StartAsync(_home.Path, engine: Engine);

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _home.Dispose();
        _other.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Backup_OfARunningHub_IsTheSameHubAfterARestore()
    {
        await _app.ClaimAsync("correct horse");
        var node = await _app.JoinAsync("nas", Cancel);
        var conversation = await _app.ConversationAsync(Cancel);
        var message = await _app.SayAsync(conversation, "hello", Cancel);
        (await node.ReceiveAsync(Cancel)).Forward.MessageId.ShouldBe(message);
        WriteFile("artifacts/ab/abcdef", "an artifact");
        WriteFile("artifacts/ab/.abc-on-its-way", "half an artifact");
        WriteFile("tls/hub.pfx", "a key");
        await BackUpAsync();
        await node.DisposeAsync();

        await HubRestore.RunAsync(Options(), Archive, force: false, Cancel);

        File.ReadAllText(Path.Combine(OtherHome, "artifacts", "ab", "abcdef")).ShouldBe("an artifact");
        File.Exists(Path.Combine(OtherHome, "artifacts", "ab", ".abc-on-its-way")).ShouldBeFalse();
        await using var restored = await HubApplication.StartAsync(OtherHome, engine: HubEngine.Sqlite);
        using var login = await restored.Anonymous.PostAsJsonAsync("/api/v1/login", new { username = "ada", password = "correct horse" }, Cancel);
        login.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await restored.Client.GetFromJsonAsync<JsonElement>("/api/v1/nodes", Cancel)).GetProperty("items")[0].GetProperty("name").GetString().ShouldBe("nas");
        (await restored.UntilAsync(conversation, "user_message", Cancel)).ToString().ShouldContain("hello");
        File.ReadAllText(Path.Combine(OtherHome, "tls", "hub.pfx")).ShouldBe("a key");
        File.GetUnixFileMode(Path.Combine(OtherHome, "tls", "hub.pfx")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task RestoredHub_WhoseMachineIsAhead_SendsItWorkAgain()
    {
        var node = await _app.JoinAsync("nas", Cancel);
        var conversation = await _app.ConversationAsync(Cancel);
        await TalkAsync(_app, node, conversation, "before the backup");
        await BackUpAsync();
        await TalkAsync(_app, node, conversation, "after the backup, 1");
        await TalkAsync(_app, node, conversation, "after the backup, 2");
        await node.DisposeAsync();
        await HubRestore.RunAsync(Options(), Archive, force: false, Cancel);

        await using var restored = await HubApplication.StartAsync(OtherHome, engine: HubEngine.Sqlite);
        // More than the machine has seen of the old hub since: the numbers alone would not tell that these are others.
        var (database, nodes) = (restored.Hub.Services.GetRequiredService<Database>(), restored.Hub.Services.GetRequiredService<NodeDirectory>());
        var stops = Enumerable.Range(0, 5).Select(number => $"stop {number}").ToList();
        await database.WriteAsync(
            tx => stops.ForEach(stop => nodes.Enqueue(tx, Id<Muster.Protocol.Ids.Node>.Parse(node.Id), Lane.Chat, new Frame { Stop = new Stop { StopId = stop } })), Cancel);

        await using var back = await restored.StartNodeAsync(node.Identity with { HubUrl = restored.Hub.Urls[0] }, Cancel, _app.NodeFolder);
        foreach (var stop in stops)
        {
            (await back.ReceiveAsync(Cancel)).Stop.StopId.ShouldBe(stop);
        }

        await TalkAsync(restored, back, conversation, "after the restore");
    }

    [Fact]
    public async Task Backup_LeavesNothingBehind()
    {
        await BackUpAsync();
        await Eventually.TrueAsync(() => Directory.GetDirectories(Path.Combine(_home.Path, "run"), "backup-*").Length == 0, Cancel);
        await BackUpAsync(); // the first one's turn is over
    }

    [Fact]
    public async Task Backup_ByWhoMayNotManage_IsRefused()
    {
        using var anonymous = await _app.Anonymous.PostAsync("/api/v1/backups", null, Cancel);

        anonymous.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Restore_IntoAHomeWithAHub_NeedsForce()
    {
        await BackUpAsync();
        await (await HubApplication.StartAsync(OtherHome, engine: HubEngine.Sqlite)).DisposeAsync();

        (await Should.ThrowAsync<StorageException>(() => HubRestore.RunAsync(Options(), Archive, force: false, Cancel))).Message.ShouldContain("--force");

        await HubRestore.RunAsync(Options(), Archive, force: true, Cancel);
        File.Exists(Path.Combine(OtherHome, "hub.db.before-restore")).ShouldBeTrue();
        Directory.GetDirectories(Path.Combine(OtherHome, "run")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Restore_OfAnArchiveThatReachesOutOfTheHome_IsRefused()
    {
        await using (var file = PrivateFiles.Create(Archive))
        {
            await using var database = await Database.OpenAsync(new Muster.Storage.Sqlite.SqliteOptions { Path = Path.Combine(_other.Path, "x.db"), ProgramVersion = new Version(0, 1, 0) }, []);
            using var rows = await database.ReadAsync(tx => RowSpool.Take(tx, Path.Combine(_other.Path, "rows")), Cancel);
            await using var writer = new BackupWriter(file, TimeProvider.System);
            await writer.AddAsync("tls/../../escaped", Path.Combine(_other.Path, "x.db"), Cancel);
            await writer.FinishAsync(rows, "0.1.0", Cancel);
        }

        var error = await Should.ThrowAsync<StorageException>(() => HubRestore.RunAsync(Options(), Archive, force: false, Cancel));

        error.Message.ShouldContain("holds tls/../../escaped, which is not a hub's");
    }

    private HubOptions Options() => new() { Home = OtherHome };

    private void WriteFile(string name, string text)
    {
        var path = Path.Combine(_home.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static async Task TalkAsync(HubApplication app, ScriptedNode node, string conversation, string text)
    {
        var message = await app.SayAsync(conversation, text, Cancel);
        var forward = (await node.ReceiveAsync(Cancel)).Forward;
        forward.MessageId.ShouldBe(message);
        await node.SayAsync(ScriptedNode.Event(forward, "agent_end", $$$"""{"run_id":"{{{forward.RunId}}}","outcome":"completed"}"""));
        await app.UntilAsync(conversation, "agent_end", Cancel, data => data.GetProperty("run_id").GetString() == forward.RunId);
    }

    private async Task BackUpAsync()
    {
        using var answer = await _app.Client.PostAsync("/api/v1/backups", null, Cancel);
        answer.EnsureSuccessStatusCode();
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/gzip");
        await using var file = PrivateFiles.Create(Archive);
        await answer.Content.CopyToAsync(file, Cancel);
    }
}
