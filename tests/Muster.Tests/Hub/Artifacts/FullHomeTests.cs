using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Muster.Hub;
using Muster.Hub.Artifacts;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Artifacts;

/// <summary>A hub whose whole home, database and all, lies on a disk of 24 MiB.</summary>
public sealed class FullHomeTests : ArtifactTest
{
    private SmallDisk? _disk;

    protected override HubEngine? Engine => HubEngine.Sqlite;

    protected override HubOptions Configure(HubOptions options)
    {
        _disk ??= SmallDisk.Mount(Home, 24);
        return base.Configure(options) with { Artifacts = new ArtifactOptions { KeepFree = 0 } };
    }

    public override async ValueTask DisposeAsync()
    {
        _disk?.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Upload_ThatMetAFullDisk_GoesOnWithRoom()
    {
        Assert.SkipWhen(_disk is null, "A small disk cannot be mounted here (needs root)");
        var content = Bytes(4 << 20);
        var upload = await BeginAsync(Ada, content.Length);
        using (var first = await PatchAsync(Ada, upload, 0, false, content[..(1 << 20)]))
        {
            first.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        _disk.Fill();
        var refused = await ProblemAsync(await PatchAsync(Ada, upload, 1 << 20, true, content[(1 << 20)..]));
        refused.Detail!.ShouldContain("is full");

        _disk.Free();
        using var asked = await Ada.GetAsync(upload, Cancel);
        var from = asked.StatusCode == HttpStatusCode.NotFound ? 0 : (await asked.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("offset").GetInt32();
        using var rest = await PatchAsync(Ada, asked.StatusCode == HttpStatusCode.NotFound ? await BeginAsync(Ada, content.Length) : upload, from, true, content[from..]);
        rest.StatusCode.ShouldBe(HttpStatusCode.OK, await rest.Content.ReadAsStringAsync(Cancel));
        using var back = await GetAsync(Ada, HashOf(content));
        (await back.Content.ReadAsByteArrayAsync(Cancel)).AsSpan().SequenceEqual(content).ShouldBeTrue();
    }

    [Fact]
    public async Task FullDisk_KeepsNobodyFromLooking()
    {
        Assert.SkipWhen(_disk is null, "A small disk cannot be mounted here (needs root)");
        var bob = (await PersonAsync("bob")).Client;
        await BeginAsync(Ada, 10); // the log has its pages, so that what is full is the disk
        _disk.Fill();
        for (var i = 0; i < 100 && (await ProblemOrNullAsync()) is null; i++)
        {
            // it has some to spare
        }

        using var answer = await bob.GetAsync("/api/v1/jobs", Cancel); // the first use of this key, which is to be noted

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private async Task<string?> ProblemOrNullAsync()
    {
        using var answer = await Ada.PostAsJsonAsync("/api/v1/conversations", new { title = new string('x', 100) }, Cancel);
        return answer.IsSuccessStatusCode ? null : await answer.Content.ReadAsStringAsync(Cancel);
    }
}
