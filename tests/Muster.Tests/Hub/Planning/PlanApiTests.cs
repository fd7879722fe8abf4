using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Agents.Providers;
using Muster.Hub;
using Muster.Hub.Chat.Assistant;
using Muster.Testing.Hub;
using Muster.Testing.Models;
using Muster.Tests.Hub.Chat;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Planning;

public sealed class PostgresPlanApiTests : PlanApiTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

public class PlanApiTests : HubTest
{
    private readonly ScriptedModel _model = new();

    protected override HubOptions Configure(HubOptions options) => base.Configure(options) with
    {
        Assistant = new AssistantOptions { Models = new ModelCatalog([new ModelOptions { Name = "main", Stream = _model.Stream }], TimeProvider.System) },
    };

    [Fact]
    public async Task Analyse_ByTheModel_PlacesItsSteps_AndRunsNothing()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        _model.Calls("plan", """
            {"complexity": "complex", "reasoning": "Two sources, one comparison.", "subtasks": [
              {"id": "files", "description": "Count the files in /work/a", "kind": "files", "skills": ["file_list", "juggling"]},
              {"id": "render", "description": "Render the frames", "kind": "compute"},
              {"id": "compare", "description": "Compare both", "kind": "simple", "depends_on": ["files", "render"]}]}
            """);

        var plan = await AnalyseAsync("compare the files with the frames");

        plan.GetProperty("by").GetString().ShouldBe("model");
        plan.GetProperty("complexity").GetString().ShouldBe("complex");
        plan.GetProperty("handle_locally").GetBoolean().ShouldBeFalse();
        var steps = plan.GetProperty("subtasks").EnumerateArray().ToList();
        steps.Select(step => step.GetProperty("placement").GetString()).ShouldBe(["files", "freest", "hub"]);
        steps[0].GetProperty("node").GetString().ShouldBe("nas");
        steps[0].GetProperty("skills").EnumerateArray().ShouldHaveSingleItem().GetString().ShouldBe("file_list");
        steps[2].GetProperty("depends_on").GetArrayLength().ShouldBe(2);
        JsonElement.Parse(await App.Client.GetStringAsync("/api/v1/jobs", Cancel)).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"complexity": "hard", "reasoning": "", "subtasks": []}""")]
    [InlineData("""{"complexity": "simple", "reasoning": "x", "subtasks": [{"id": "a", "description": "b", "kind": "code", "depends_on": ["c"]}]}""")]
    [InlineData("""{"complexity": "simple", "reasoning": "x", "subtasks": [{"id": "a", "description": "b", "kind": "code", "depends_on": ["a"]}]}""")]
    [InlineData("""{"complexity": "simple", "reasoning": "x", "subtasks": [{"id": "a", "description": "LONG", "kind": "code"}]}""")]
    [InlineData("none")]
    public async Task Analyse_ModelOfNoUse_IsByItsWords(string arguments)
    {
        _model.Calls("plan", arguments.Replace("LONG", new string('x', 20_001), StringComparison.Ordinal));

        var plan = await AnalyseAsync("what is a monad?");

        plan.GetProperty("by").GetString().ShouldBe("rules");
        plan.GetProperty("handle_locally").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("check the disk of nas and mail me", "nas")]
    [InlineData("look at the logs on pi for errors", "pi")]
    [InlineData("sort nas's photos by year", "nas")]
    [InlineData("检查 nas 的磁盘并告诉我", "nas")]
    [InlineData("compute the first digits of pi quickly", null)]
    [InlineData("compare the load of nas with the load of pi today", null)]
    public async Task Analyse_MachineInTheMiddleOfAStep_IsWhereItGoes(string text, string? node)
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var pi = await App.JoinAsync("pi", Cancel);
        _model.Fails("down", ModelFailureKind.Invalid);

        var step = (await AnalyseAsync(text)).GetProperty("subtasks")[0];

        (step.GetProperty("placement").GetString() == "named").ShouldBe(node is not null);
        step.GetProperty("node").GetString().ShouldBe(node);
    }

    [Fact]
    public async Task Analyse_HardwareWithoutAMachineForIt_SaysSo()
    {
        _model.Fails("down");

        var step = (await AnalyseAsync("switch the relay on")).GetProperty("subtasks")[0];

        step.GetProperty("placement").GetString().ShouldBe("gpio");
        step.GetProperty("node").ValueKind.ShouldBe(JsonValueKind.Null);
        step.GetProperty("why").GetString().ShouldBe("No machine that is online has \"gpio\".");
    }

    [Fact]
    public async Task Analyse_Nothing_IsRefused()
    {
        using var answer = await App.Client.PostAsJsonAsync("/api/v1/plans", new { text = " " }, Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Theory]
    [InlineData("""{"subtasks":[]}""")]
    [InlineData("""{"subtasks":[null]}""")]
    public async Task Run_NoSteps_IsRefused(string body)
    {
        using var answer = await App.Client.PostAsync("/api/v1/plans/run", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Workers_AreCounted()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var pi = await App.JoinAsync("pi", Cancel);

        var workers = JsonElement.Parse(await App.Client.GetStringAsync("/api/v1/workers", Cancel));

        workers.GetProperty("total").GetInt32().ShouldBe(2);
        workers.GetProperty("idle").GetInt32().ShouldBe(2);
        workers.GetProperty("offline").GetInt32().ShouldBe(0);
        workers.GetProperty("workers")[0].GetProperty("healthy").GetBoolean().ShouldBeTrue();
    }

    private async Task<JsonElement> AnalyseAsync(string text)
    {
        using var answer = await App.Client.PostAsJsonAsync("/api/v1/plans", new { text }, Cancel);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }
}
