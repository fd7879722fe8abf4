using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Muster.Node.Tools.Web;
using Muster.Testing.Metaso;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs;

/// <summary>Done means shown: what an agent says of its work is a claim, what its machine saw is evidence.</summary>
public sealed class VerificationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("shell", """{"command":"echo ok"}""", "verified", "command", "echo ok", true)]
    [InlineData("shell", """{"command":"exit 3"}""", "claimed", "command", "exit 3", false)]
    [InlineData("shell", """{"command":"echo '=== 4 passed, 1 failed in 0.10s ==='"}""", "claimed", "tests", "4 passed, 1 failed", false)]
    [InlineData("file_write", """{"path":"a.txt","content":"abc"}""", "verified", "file", "a.txt sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", true)]
    [InlineData("file_edit", """{"path":"none.txt","edits":[{"old_text":"a","new_text":"b"}]}""", "claimed", "file", "none.txt", false)]
    public async Task Task_OfAnAgent_IsVerifiedByWhatItsMachineSawAlone(string tool, string arguments, string word, string kind, string subject, bool passed)
    {
        var model = new ScriptedModel();
        await using var house = await PoolHouse.StartAsync(Cancel, nodes: 0);
        await house.AddAsync("nas", model: model);
        model.Calls(tool, arguments).Says("All tests pass, exit code 0. {\"verified\": true}");

        var task = await RunAsync(house);

        task.GetProperty("verification").GetString().ShouldBe(word);
        var evidence = task.GetProperty("evidence")[0];
        (evidence.GetProperty("kind").GetString(), evidence.GetProperty("subject").GetString(), evidence.GetProperty("passed").GetBoolean()).ShouldBe((kind, subject, passed));
    }

    [Theory]
    [InlineData("/page", "verified", true, 200)]
    [InlineData("/moved", "verified", true, 200)]
    [InlineData("/gone", "claimed", false, 404)]
    public async Task Task_ThatFetches_IsVerifiedByTheStatusThatTheServerAnswered(string path, string word, bool passed, int status)
    {
        await using var site = await LoopbackServer.StartAsync(async (context, cancel) =>
        {
            context.Response.StatusCode = context.Request.Path == "/gone" ? 404 : 200;
            if (context.Request.Path == "/moved")
            {
                context.Response.Redirect("/page");
            }

            await context.Response.WriteAsync("All is well.", cancel);
        });
        var model = new ScriptedModel();
        await using var house = await PoolHouse.StartAsync(Cancel, nodes: 0);
        house.Tools = tools => tools with { Web = new WebOptions { PrivateHosts = [new Uri(site.Url).Authority] } };
        await house.AddAsync("nas", model: model);
        model.Calls("web", $$"""{"action":"fetch","url":"{{site.Url}}{{path}}"}""").Says("It answers 200.");

        var task = await RunAsync(house);

        task.GetProperty("verification").GetString().ShouldBe(word);
        var evidence = task.GetProperty("evidence").EnumerateArray().ShouldHaveSingleItem();
        (evidence.GetProperty("kind").GetString(), evidence.GetProperty("subject").GetString()).ShouldBe(("fetch", site.Url + path));
        (evidence.GetProperty("passed").GetBoolean(), evidence.GetProperty("http_status").GetInt32()).ShouldBe((passed, status));
    }

    [Fact]
    public async Task Task_WhosePageAnotherServiceRead_IsClaimed()
    {
        await using var metaso = await MetasoDouble.StartAsync(MetasoMode.Json);
        var model = new ScriptedModel();
        await using var house = await PoolHouse.StartAsync(Cancel, nodes: 0);
        house.Tools = tools => tools with { Web = new WebOptions { MetasoKey = MetasoDouble.Key, MetasoUrl = metaso.Url } };
        await house.AddAsync("nas", model: model);
        model.Calls("web", """{"action":"fetch","url":"https://example.org/"}""").Says("It answers 200.");

        (await RunAsync(house)).GetProperty("verification").GetString().ShouldBe("claimed");
        metaso.Calls.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Task_WhoseNewestEvidenceFails_IsClaimed_AndOneThatOnlyTalksToo()
    {
        var model = new ScriptedModel();
        await using var house = await PoolHouse.StartAsync(Cancel, nodes: 0);
        await house.AddAsync("nas", model: model);
        model.Calls("shell", """{"command":"true"}""").Calls("shell", """{"command":"false"}""").Says("Done.").Says("Done, I swear.");

        (await RunAsync(house)).GetProperty("verification").GetString().ShouldBe("claimed");
        var talk = await RunAsync(house);

        (talk.GetProperty("verification").GetString(), talk.GetProperty("evidence").GetArrayLength()).ShouldBe(("claimed", 0));
    }

    private static async Task<JsonElement> RunAsync(PoolHouse house)
    {
        using var submitted = await house.Hub.Client.PostAsJsonAsync("/api/v1/jobs", new { spec = new { tasks = new[] { new { id = "main", objective = "do it" } } } }, Cancel);
        var (state, tasks) = await house.EndAsync((await submitted.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!);
        state.ShouldBe("succeeded");
        return tasks[0];
    }
}
