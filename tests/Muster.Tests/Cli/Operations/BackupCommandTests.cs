using System.Net.Http.Json;
using System.Text.Json;
using Muster.Cli;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Operations;

public sealed class BackupCommandTests : IDisposable
{
    private readonly Cockpit _cockpit = new();
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Archive => Path.Combine(_folder.Path, "muster.tar.gz");

    public void Dispose()
    {
        _cockpit.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Backup_AsksTheHubThatRuns_AndItsFileIsRestored()
    {
        using var home = new TemporaryFolder();
        string conversation;
        await using (var hub = await HubApplication.StartAsync(home.Path))
        {
            conversation = await hub.ConversationAsync(Cancel);
            _cockpit.SignIn(hub);

            (await _cockpit.RunAsync("backup", Archive, "--json")).ShouldBe(ExitCode.Ok, _cockpit.Error.ToString());
        }

        var line = JsonDocument.Parse(_cockpit.Out.ToString()).RootElement;
        line.GetProperty("file").GetString().ShouldBe(Archive);
        line.GetProperty("rows").GetInt64().ShouldBeGreaterThan(3);
        File.GetUnixFileMode(Archive).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.GetFiles(_folder.Path).ShouldBe([Archive]);

        (await _cockpit.RunAsync("restore", Archive)).ShouldBe(ExitCode.Ok, _cockpit.Error.ToString());
        await using var restored = await HubApplication.StartAsync(_cockpit.Home, engine: HubEngine.Sqlite);
        (await restored.Client.GetFromJsonAsync<JsonElement>($"/api/v1/conversations/{conversation}", Cancel)).GetProperty("id").GetString().ShouldBe(conversation);
    }

    [Fact]
    public async Task Backup_OfAHomeWhoseHubIsStopped_OpensItItself()
    {
        await (await HubApplication.StartAsync(_cockpit.Home, engine: HubEngine.Sqlite)).DisposeAsync();

        (await _cockpit.RunAsync("backup", Archive)).ShouldBe(ExitCode.Ok, _cockpit.Error.ToString());

        _cockpit.Error.ToString().ShouldContain("rows and 0 files of Muster");
        (await _cockpit.RunAsync("restore", Archive)).ShouldBe(ExitCode.Failed);
        _cockpit.Error.ToString().ShouldContain("is not empty");
        (await _cockpit.RunAsync("restore", Archive, "--force")).ShouldBe(ExitCode.Ok, _cockpit.Error.ToString());
    }

    [Fact]
    public async Task Backup_WhereThereIsNoHub_SaysSo()
    {
        (await _cockpit.RunAsync("backup", Archive)).ShouldBe(ExitCode.NoHub);

        File.Exists(Archive).ShouldBeFalse();
        Directory.GetFiles(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Restore_WhileTheHubRuns_IsRefused()
    {
        Directory.CreateDirectory(_cockpit.Home);
        File.WriteAllText(Archive, "");
        using var taken = Muster.Cli.State.HomeLock.TryTake(new Muster.Cli.State.Home(_cockpit.Home));

        (await _cockpit.RunAsync("restore", Archive)).ShouldBe(ExitCode.Failed);

        _cockpit.Error.ToString().ShouldContain("The hub of this home runs. Stop it first, then restore.");
    }

    [Fact]
    public async Task Restore_OfAFileThatIsNoBackup_TouchesNothing()
    {
        File.WriteAllText(Archive, "hello");

        (await _cockpit.RunAsync("restore", Archive)).ShouldBe(ExitCode.Failed);

        _cockpit.Error.ToString().ShouldContain("is damaged or no backup of Muster");
        File.Exists(Path.Combine(_cockpit.Home, "hub.db")).ShouldBeFalse();
    }

    [Fact]
    public async Task ConfigShow_OfADatabase_HasNoPassword()
    {
        _cockpit.Variables["MUSTER_DATABASE"] = "postgres://ann:s3cret@db.example/muster";

        await _cockpit.RunAsync("config", "show");

        _cockpit.Out.ToString().ShouldContain("postgres://db.example/muster");
        _cockpit.Out.ToString().ShouldNotContain("s3cret");
    }

    [Fact]
    public async Task Hub_WithADatabaseThatCannotBeRead_SaysWhereItWasSet()
    {
        _cockpit.Write("muster.yaml", "database: postgres://ann:s3cret@db.example\n");

        (await _cockpit.RunAsync("hub")).ShouldBe(ExitCode.Usage);

        _cockpit.Error.ToString().ShouldContain("muster.yaml");
        _cockpit.Error.ToString().ShouldContain("it names no database");
        _cockpit.Error.ToString().ShouldNotContain("s3cret");
    }
}
