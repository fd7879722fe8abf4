using System.Net;
using System.Net.Sockets;
using Muster.Storage;
using Muster.Storage.Postgres;
using Muster.Testing;
using Muster.Testing.Postgres;
using Shouldly;
using Xunit;

namespace Muster.Tests.Storage;

/// <summary>What keeps a database from being opened is a sentence that says what to do, and never holds the password.</summary>
public sealed class PostgresOpeningTests : IAsyncLifetime
{
    private readonly PostgresStore _store = new();
    private readonly TemporaryFolder _folder = new();

    private string Server => $"127.0.0.1:{_store.Cluster.Port}";

    public async ValueTask InitializeAsync() => await _store.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<string> FailAsync(string address)
    {
        var error = await Should.ThrowAsync<StorageException>(() => Database.OpenAsync(
            new PostgresOptions { Address = address, CopyFolder = _folder.Path, ProgramVersion = StoreUnderTest.Program }, []));
        error.ToString().ShouldNotContain("s3cret");
        return error.Message;
    }

    [Fact]
    public async Task NoServer_SaysThatNoneAnswers()
    {
        using var unused = new TcpListener(IPAddress.Loopback, 0);
        unused.Start();
        var port = ((IPEndPoint)unused.LocalEndpoint).Port;
        unused.Stop();

        (await FailAsync($"postgres://ann:s3cret@127.0.0.1:{port}/muster"))
            .ShouldBe($"The PostgreSQL server at 127.0.0.1:{port} does not answer (Connection refused): check that it runs and that the setting \"database\" names its host and port.");
    }

    [Fact]
    public async Task UnknownHost_SaysSo() =>
        (await FailAsync("postgres://ann:s3cret@nowhere.invalid/muster")).ShouldStartWith("The PostgreSQL server at nowhere.invalid:5432 does not answer (");

    [Fact]
    public async Task WrongPassword_SaysWhose()
    {
        await GuardAsync();

        (await FailAsync(_store.Cluster.Address("postgres", PostgresCluster.GuardedUser, "s3cret")))
            .ShouldBe($"The PostgreSQL server at {Server} refuses the password of guarded: correct it in the setting \"database\".");
    }

    [Fact]
    public async Task NoPassword_AsksForOne()
    {
        await GuardAsync();

        (await FailAsync(_store.Cluster.Address("postgres", PostgresCluster.GuardedUser)))
            .ShouldStartWith($"The PostgreSQL server at {Server} wants a password for guarded: add it to the setting \"database\"");
    }

    [Fact]
    public async Task UnknownUser_IsNotLetIn() =>
        (await FailAsync(_store.Cluster.Address("postgres", "nobody", "s3cret")))
            .ShouldBe($"The PostgreSQL server at {Server} does not let nobody in (role \"nobody\" does not exist): check the user in the setting \"database\" and the server's pg_hba.conf.");

    [Fact]
    public async Task NoSuchDatabase_SaysHowToMakeIt() =>
        (await FailAsync(_store.Cluster.Address("missing", password: "s3cret")))
            .ShouldBe($"The PostgreSQL server at {Server} has no database missing: make it (createdb -E UTF8 -T template0 missing), or name another in the setting \"database\".");

    [Fact]
    public async Task DatabaseThatIsNotUtf8_IsRefused()
    {
        await using var latin = new PostgresStore();
        await latin.StartAsync("encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'");

        (await FailAsync(latin.Address)).ShouldContain("keeps its text as LATIN1, which has no room for all characters: make one with UTF-8");
    }

    [Fact]
    public async Task UserWhoMayNotMakeTables_IsTold()
    {
        await GuardAsync();
        await _store.ExecuteAsync("revoke all on schema public from public; grant usage on schema public to guarded");

        (await FailAsync(_store.Cluster.Address(new Uri(_store.Address).AbsolutePath[1..], PostgresCluster.GuardedUser, PostgresCluster.GuardedPassword)))
            .ShouldStartWith("guarded may not do what Muster needs in postgres://");
    }

    [Fact]
    public async Task MissingSchema_IsNamed() =>
        (await FailAsync(_store.Address + "?search_path=elsewhere")).ShouldContain("has no schema of the search_path: make it (create schema NAME)");

    [Fact]
    public async Task TwoSchemas_OfOneDatabase_AreTwoHubs()
    {
        await _store.ExecuteAsync("create schema one; create schema two");
        var notes = new Migration(1, "notes", "create table notes (id integer primary key)", StoreUnderTest.Program);
        var options = new PostgresOptions { Address = _store.Address + "?search_path=one", CopyFolder = _folder.Path, ProgramVersion = StoreUnderTest.Program };

        await using var first = await Database.OpenAsync(options, [notes]);
        await using var second = await Database.OpenAsync(options with { Address = _store.Address + "?search_path=two" }, [notes]);

        await first.WriteAsync(tx => tx.Execute("insert into notes values (1)"), TestContext.Current.CancellationToken);
        (await second.ReadAsync(tx => tx.Scalar<long>("select count(*) from notes"), TestContext.Current.CancellationToken)).ShouldBe(0);
    }

    /// <summary>A user whom the server asks for a password.</summary>
    private async Task GuardAsync() => await _store.Cluster.ExecuteAsync(
        $"do $$ begin if not exists (select 1 from pg_roles where rolname = '{PostgresCluster.GuardedUser}') then create role {PostgresCluster.GuardedUser} login password '{PostgresCluster.GuardedPassword}'; end if; end $$");
}
