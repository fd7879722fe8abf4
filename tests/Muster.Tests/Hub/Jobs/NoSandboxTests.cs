using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Store;
using Muster.Node.Sandbox;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs;

/// <summary>Tasks of <c>isolation: none</c>: on machines of their user that offer it, and nowhere else.</summary>
public sealed class NoSandboxTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Task_OnItsUsersMachineThatOffersIt_SeesTheMachineItself()
    {
        using var outside = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(outside.Path, "notes"), "of the machine", Cancel);
        await using var house = await PoolHouse.StartAsync(Cancel, nodes: 0);
        await house.AddAsync("pi");
        await house.AddAsync("nas", compute => compute with { NoSandbox = true });
        var copy = $"cp {outside.Path}/notes {outside.Path}/copy";

        var none = await EndAsync(house.Hub.Client, await SubmitAsync(house.Hub.Client, copy, "none"));
        var process = await EndAsync(house.Hub.Client, await SubmitAsync(house.Hub.Client, copy.Replace("/copy", "/other", StringComparison.Ordinal), "process"));

        none.ShouldBe(("succeeded", "nas"));
        (await File.ReadAllTextAsync(Path.Combine(outside.Path, "copy"), Cancel)).ShouldBe("of the machine");
        process.State.ShouldBe("failed");
        File.Exists(Path.Combine(outside.Path, "other")).ShouldBeFalse();
    }

    [Fact]
    public async Task Daemon_ThatEscapesItsTaskAndHoldsItsOutput_DoesTheNodeNoHarm()
    {
        const string Span = "3.2171";
        await using var house = await PoolHouse.StartAsync(Cancel, nodes: 0);
        await house.AddAsync("nas", compute => compute with { NoSandbox = true });

        (await EndAsync(house.Hub.Client, await SubmitAsync(house.Hub.Client, $"env -i setsid -f sleep {Span}; echo ok", "none"))).State.ShouldBe("succeeded");

        await Eventually.TrueAsync(() => !ProcessFiles.All().Any(pid => ProcessFiles.Read(pid, "cmdline")?.Contains(Span, StringComparison.Ordinal) == true), Cancel);
        (await EndAsync(house.Hub.Client, await SubmitAsync(house.Hub.Client, "true", "none"))).ShouldBe(("succeeded", "nas"));
    }

    [Fact]
    public async Task Task_OfAnotherUser_IsNotGivenTheMachineItself()
    {
        await using var house = await PoolHouse.StartAsync(Cancel, nodes: 0);
        await house.AddAsync("nas", compute => compute with { NoSandbox = true });
        using var bob = await house.MemberAsync("bob");
        using var allowed = await house.Hub.Client.PutAsJsonAsync("/api/v1/nodes/nas/permissions", new { run = new[] { "bob" } }, Cancel);
        allowed.EnsureSuccessStatusCode();

        var none = await SubmitAsync(bob, "true", "none");

        (await WhyAsync(bob, none)).ShouldBe("it is not yours, and isolation none is for machines of your own");
        (await EndAsync(bob, await SubmitAsync(bob, "true", "process"))).ShouldBe(("succeeded", "nas"));
        (await bob.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{none}", Cancel)).GetProperty("state").GetString().ShouldNotBe("succeeded");
    }

    [Fact]
    public async Task Task_WhereItsUserDidNotAllowIt_WaitsAndSaysWhatToSet()
    {
        await using var house = await PoolHouse.StartAsync(Cancel);

        var job = await SubmitAsync(house.Hub.Client, "true", "none");

        (await WhyAsync(house.Hub.Client, job)).ShouldBe("it is yours, but runs no task without a sandbox: set compute.no_sandbox: true there, and start its node again");
        (await OfferAsync(house, "node0")).ShouldBeFalse();
        await house.AddAsync("nas", compute => compute with { NoSandbox = true });
        (await EndAsync(house.Hub.Client, job)).ShouldBe(("succeeded", "nas"));
        (await OfferAsync(house, "nas")).ShouldBeTrue();
    }

    [Fact]
    public async Task Network_OfATaskWithoutASandbox_IsRefused()
    {
        await using var house = await PoolHouse.StartAsync(Cancel, nodes: 0);

        using var answer = await house.Hub.Client.PostAsJsonAsync("/api/v1/jobs", new { spec = "command: x\nneeds: { isolation: none, network: [example.org] }\n" }, Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldContain("network means nothing to a task of isolation none");
    }

    [Fact]
    public void Plan_Kept_SaysWhatItSaid()
    {
        var plan = new JobPlan { Name = "test", Steps = [new StepPlan { Id = "main", Command = ["true"], LostWaitSeconds = 0, Needs = new NeedsPlan { Isolation = TaskIsolation.None } }] };

        var read = PlanJson.Read(PlanJson.Write(plan)).Steps[0];

        (read.Needs.Isolation, read.LostWaitSeconds).ShouldBe((TaskIsolation.None, 0));
    }

    private static async Task<string> SubmitAsync(HttpClient user, string command, string isolation)
    {
        using var answer = await user.PostAsJsonAsync("/api/v1/jobs", new { spec = $"command: {command}\nneeds: {{ isolation: {isolation} }}\n" }, Cancel);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;
    }

    private static async Task<(string State, string Node)> EndAsync(HttpClient user, string job)
    {
        var results = await user.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{job}/results?wait=50", Cancel);
        var tasks = await user.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{job}/tasks", Cancel);
        return (results.GetProperty("state").GetString()!, tasks.GetProperty("items")[0].GetProperty("node").GetString()!);
    }

    /// <summary>What keeps it from the only machine.</summary>
    private static async Task<string> WhyAsync(HttpClient user, string job) =>
        (await user.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{job}/why", Cancel)).GetProperty("nodes")[0].GetProperty("reason").GetString()!;

    private static async Task<bool> OfferAsync(PoolHouse house, string node) =>
        (await house.Hub.Client.GetFromJsonAsync<JsonElement>($"/api/v1/nodes/{node}/pool", Cancel)).GetProperty("offer").GetProperty("no_sandbox").GetBoolean();
}
