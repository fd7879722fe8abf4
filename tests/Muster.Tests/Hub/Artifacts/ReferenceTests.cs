using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Muster.Hub;
using Muster.Hub.Artifacts;
using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;
using Muster.Protocol.Transfers;
using Muster.Testing;
using Muster.Testing.Hub;
using Muster.Testing.Postgres;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Artifacts;

/// <summary>Who may read what, and what is cleared away; on each engine.</summary>
public abstract class ReferenceTests : ArtifactTest
{
    private static readonly ArtifactHolder Job = ArtifactHolder.Of(7);
    private readonly FakeTime _time = new(DateTimeOffset.UnixEpoch.AddYears(56));

    internal ArtifactUpkeep Upkeep => App.Hub.Services.GetRequiredService<ArtifactUpkeep>();

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    protected override HubOptions Configure(HubOptions options) => base.Configure(options) with
    {
        Time = _time, Artifacts = new ArtifactOptions { ClearEvery = TimeSpan.FromDays(49) }, // each test clears by itself
    };

    [Fact]
    public async Task Unreferenced_Artifact_GoesAfterItsDay()
    {
        var (sha256, _) = await UploadAsync(Ada, Bytes(1000));

        (await Upkeep.TurnAsync(Cancel)).Count.ShouldBe(0);
        _time.Advance(TimeSpan.FromHours(25));
        using var expired = await GetAsync(Ada, sha256);
        (await Upkeep.TurnAsync(Cancel)).ShouldBe((1, 1000L));

        expired.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        StoredFiles().ShouldBeEmpty();
    }

    [Fact]
    public async Task UploadedAgain_Artifact_StaysAnotherDay()
    {
        var (sha256, _) = await UploadAsync(Ada, Bytes(1000));
        _time.Advance(TimeSpan.FromHours(20));
        await UploadAsync(Ada, Bytes(1000));
        _time.Advance(TimeSpan.FromHours(20));

        await Upkeep.TurnAsync(Cancel);

        (await GetAsync(Ada, sha256)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task ArtifactOfAJob_StaysAsLongAsTheJob()
    {
        var hash = await StoredAsync(1);
        await Database.WriteAsync(
            tx =>
            {
                JobRows.Insert(tx, 7, AdaId);
                ArtifactReferences.AddInputs(tx, AdaId, 7, [hash], Now).ShouldBeEmpty();
            },
            Cancel);
        _time.Advance(TimeSpan.FromDays(40));

        (await Upkeep.TurnAsync(Cancel)).Count.ShouldBe(0);
        (await GetAsync(Ada, hash.ToString())).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Database.WriteAsync(tx => tx.Execute("delete from jobs where number = 7"), Cancel);
        (await Upkeep.TurnAsync(Cancel)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Removed_Reference_LetsItGoAtOnce()
    {
        var hash = await StoredAsync(1);
        await Database.WriteAsync(tx => ArtifactReferences.Remove(tx, ArtifactHolder.Of(AdaId), [hash]), Cancel);

        (await Upkeep.TurnAsync(Cancel)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Inputs_ThatTheOwnerMayNotRead_AreNotGiven()
    {
        var (_, bob) = await PersonAsync("bob");
        var hash = await StoredAsync(1);

        var refused = await Database.WriteAsync(
            tx =>
            {
                JobRows.Insert(tx, 7, bob);
                return ArtifactReferences.AddInputs(tx, bob, 7, [hash, ContentHash.Parse(HashOf([1]))], Now);
            },
            Cancel);

        refused.Count.ShouldBe(2);
        (await Database.ReadAsync(tx => ArtifactRows.FindFor(tx, Job, hash), Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task Outputs_ThatANodeNamesButDidNotBring_GiveItsJobNothing()
    {
        var secret = await StoredAsync(1);
        var brought = await StoredAsync(2);
        var attempt = new AttemptName(7, 0, 1);
        await Database.WriteAsync(tx => ArtifactReferences.Add(tx, ArtifactHolder.Of(attempt), [brought], Now, Now + 1000), Cancel);

        var refused = await Database.WriteAsync(tx => ArtifactReferences.AddOutputs(tx, [(attempt, secret), (attempt, brought)], Now), Cancel);

        refused.ShouldBe([(attempt, secret)]);
        (await Database.ReadAsync(tx => (ArtifactRows.FindFor(tx, Job, secret), ArtifactRows.FindFor(tx, Job, brought)?.Size), Cancel)).ShouldBe((null, 1000));
        (await Database.ReadAsync(tx => ArtifactRows.FindFor(tx, ArtifactHolder.Of(attempt), brought), Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task Add_WhatIsNotThere_IsSaidAndNotAdded()
    {
        var hash = await StoredAsync(1);
        var nothing = ContentHash.Parse(HashOf([1]));

        var missing = await Database.WriteAsync(tx => ArtifactReferences.Add(tx, Job, [hash, nothing], Now), Cancel);

        missing.ShouldBe([nothing]);
        (await Database.ReadAsync(tx => ArtifactRows.FindFor(tx, Job, hash), Cancel)).ShouldNotBeNull();
    }

    [Fact]
    public async Task ManyReferences_GoInSets()
    {
        var hash = await StoredAsync(1);
        var attempts = Enumerable.Range(0, 1200).Select(task => new AttemptName(7, task, 1)).ToList();
        await Database.WriteAsync(tx => attempts.ForEach(attempt => ArtifactReferences.Add(tx, ArtifactHolder.Of(attempt), [hash], Now)), Cancel);

        var refused = await Database.WriteAsync(tx => ArtifactReferences.AddOutputs(tx, [.. attempts.Select(attempt => (attempt, hash))], Now), Cancel);

        refused.ShouldBeEmpty();
        (await Database.ReadAsync(tx => tx.Scalar<long>("select count(*) from artifact_refs"), Cancel)).ShouldBe(2);
    }

    [Fact]
    public async Task IdleUpload_GoesAfterItsDay()
    {
        var upload = await BeginAsync(Ada, 100);
        (await PatchAsync(Ada, upload, 0, false, Bytes(50))).Dispose();
        _time.Advance(TimeSpan.FromHours(20));
        (await PatchAsync(Ada, upload, 50, false, Bytes(10))).StatusCode.ShouldBe(HttpStatusCode.OK);
        _time.Advance(TimeSpan.FromHours(20));
        await Upkeep.TurnAsync(Cancel);
        StoredFiles().ShouldHaveSingleItem();

        _time.Advance(TimeSpan.FromHours(25));
        await Upkeep.TurnAsync(Cancel);

        StoredFiles().ShouldBeEmpty();
        (await ProblemAsync(await PatchAsync(Ada, upload, 60, true, Bytes(40)))).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Clearing_WhileTheSameContentArrives_NeverTakesIt()
    {
        var content = Bytes(100_000);
        for (var round = 0; round < 40; round++)
        {
            await UploadAsync(Ada, content);
            await Database.WriteAsync(tx => tx.Execute("delete from artifact_refs"), Cancel);
            var clearing = Upkeep.TurnAsync(Cancel);
            var (sha256, _) = await UploadAsync(Ada, content);
            await clearing;

            using var answer = await GetAsync(Ada, sha256);
            (await answer.Content.ReadAsByteArrayAsync(Cancel)).ShouldBe(content);
        }

        await Upkeep.TurnAsync(Cancel);
        StoredFiles().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Sweeping_WhileContentArrives_NeverTakesIt()
    {
        var store = App.Hub.Services.GetRequiredService<ArtifactStore>();
        using var done = new CancellationTokenSource();
        var sweeping = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                (await store.SweepAsync(Cancel)).ShouldBe(0);
            }
        }, Cancel);

        for (var seed = 1; seed <= 60; seed++)
        {
            using var answer = await GetAsync(Ada, (await UploadAsync(Ada, Bytes(1000, seed))).Sha256);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        await done.CancelAsync();
        await sweeping;
    }

    [Fact]
    public async Task Clearing_ComesByItself()
    {
        await RestartAsync(options => options with { Artifacts = new ArtifactOptions() });
        await UploadAsync(Ada, Bytes(1000));

        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromHours(5));
                return StoredFiles().Length == 0;
            },
            Cancel);
    }

    [Fact]
    public async Task Restart_AfterACrash_ClearsWhatItLeft()
    {
        var (sha256, _) = await UploadAsync(Ada, Bytes(1000));
        var upload = await BeginAsync(Ada, 100);
        (await PatchAsync(Ada, upload, 0, false, Bytes(50))).Dispose();
        var stored = Path.Combine(Folder, StoredFiles().Single(file => !file.StartsWith("uploads", StringComparison.Ordinal)));
        await File.WriteAllBytesAsync(stored + "x", Bytes(1000), Cancel);
        await File.WriteAllBytesAsync(Path.Combine(Folder, "uploads", "art_old"), Bytes(10), Cancel);

        await RestartAsync();

        await Eventually.TrueAsync(() => StoredFiles().Length == 2, Cancel);
        (await GetAsync(Ada, sha256)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PatchAsync(Ada, upload, 50, true, Bytes(50))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private async Task<ContentHash> StoredAsync(int seed) => ContentHash.Parse((await UploadAsync(Ada, Bytes(1000, seed))).Sha256);
}

public sealed class SqliteReferenceTests : ReferenceTests
{
    protected override HubEngine? Engine => HubEngine.Sqlite;
}

public sealed class PostgresReferenceTests : ReferenceTests
{
    public PostgresReferenceTests() => Assert.SkipUnless(PostgresCluster.Missing is null, PostgresCluster.Missing ?? "");

    protected override HubEngine? Engine => HubEngine.Postgres;
}
