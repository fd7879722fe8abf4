using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Artifacts;

/// <summary>A hub whose whole home, database and all, lies on a disk of 24 MiB.</summary>
public sealed class FullHomeTests : SmallDiskTest
{
    protected override (string Folder, int Mebibytes) Small => (Home, 24);

    [Fact]
    public async Task Upload_ThatMetAFullDisk_GoesOnWithRoom()
    {
        var disk = NeedDisk();
        var content = Bytes(4 << 20);
        var upload = await BeginAsync(Ada, content.Length);
        using (var first = await PatchAsync(Ada, upload, 0, false, content[..(1 << 20)]))
        {
            first.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        disk.Fill();
        var refused = await ProblemAsync(await PatchAsync(Ada, upload, 1 << 20, true, content[(1 << 20)..]));
        refused.Detail!.ShouldContain("is full");

        disk.Free();
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
        var disk = NeedDisk();
        var bob = (await PersonAsync("bob")).Client;
        await BeginAsync(Ada, 10); // the log has its pages, so that what is full is the disk
        disk.Fill();
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
