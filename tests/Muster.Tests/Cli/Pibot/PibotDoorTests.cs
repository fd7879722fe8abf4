using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Cli;
using Muster.Testing.Models;
using Muster.Testing.Processes;
using Muster.Tests.Node.Tools;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Pibot;

public sealed class PibotDoorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Door_Task_IsDoneByAFreshAgentWithTheNamedSkills()
    {
        await using var door = await DoorBench.StartAsync();
        door.Model.Says("four").Says("five");

        (await door.SubmitAsync("t1", "What is 2 + 2?", """["shell_exec","file_read","unknown"]""")).ShouldBe((202, """{"success":true,"task_id":"t1","status":"accepted"}"""));
        await door.IdleAsync();

        using var result = JsonDocument.Parse((await door.GetAsync("/task/t1/result")).Body);
        result.RootElement.EnumerateObject().Select(field => field.Name)
            .ShouldBe(["task_id", "description", "skills", "status", "result", "error", "started_at", "completed_at"]);
        result.RootElement.GetProperty("status").GetString().ShouldBe("completed");
        result.RootElement.GetProperty("error").ValueKind.ShouldBe(JsonValueKind.Null);
        result.RootElement.GetProperty("result").GetRawText().ShouldBe("""{"output":"four","message_count":2}""");
        result.RootElement.GetProperty("completed_at").GetDouble().ShouldBeInRange(result.RootElement.GetProperty("started_at").GetDouble(), 4e9);
        (await door.SubmitAsync("t1", "And 2 + 3?")).Status.ShouldBe(202);
        await door.IdleAsync();
        (await door.GetAsync("/task/t1/result")).Body.ShouldContain("\"five\"");
        door.Model.Requests[0].Tools.Select(tool => tool.Name).Order().ShouldBe(["file_read", "shell"]);
        door.Model.Requests[1].Tools.Count.ShouldBeGreaterThan(5);
        door.Model.Requests[1].Messages.Count.ShouldBe(1);
        (await door.GetAsync("/status")).Body.ShouldBe("""{"worker_id":"worker-1","status":"idle","current_task":null,"total_tasks":1}""");
    }

    [Fact]
    public async Task Door_Busy_RefusesEverythingWithTheSameBody()
    {
        const string busy = """{"success":false,"error":"Worker busy","status":"busy"}""";
        await using var door = await DoorBench.StartAsync();
        var go = new TaskCompletionSource();
        door.Model.Then(new ScriptedAnswer().WaitFor(go.Task).Text("done"));

        await door.SubmitAsync("t1");

        (await door.SubmitAsync("t2")).ShouldBe((409, busy));
        (await door.SubmitAsync("t1")).ShouldBe((409, busy));
        (await door.PostAsync("/task", "{")).ShouldBe((409, busy));
        (await door.GetAsync("/health")).ShouldBe((200, """{"status":"healthy","worker_id":"worker-1","current_task":"t1"}"""));
        (await door.GetAsync("/status")).Body.ShouldBe("""{"worker_id":"worker-1","status":"busy","current_task":"t1","total_tasks":1}""");
        (await door.GetAsync("/task/t1/result")).Body.ShouldContain("""
            "status":"running","result":null,"error":null,"started_at":
            """.Trim());
        go.SetResult();
        await door.IdleAsync();
        (await door.GetAsync("/health")).Body.ShouldBe("""{"status":"healthy","worker_id":"worker-1","current_task":null}""");
    }

    [Fact]
    public async Task Door_TenAtOnce_AcceptsOne()
    {
        await using var door = await DoorBench.StartAsync();
        for (var round = 0; round < 20; round++)
        {
            var go = new TaskCompletionSource();
            door.Model.Then(new ScriptedAnswer().WaitFor(go.Task).Text("done"));

            var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(number => door.SubmitAsync($"t{number}")));

            answers.Count(answer => answer.Status == 202).ShouldBe(1);
            answers.Count(answer => answer.Status == 409).ShouldBe(9);
            go.SetResult();
            await door.IdleAsync();
        }
    }

    [Fact]
    public async Task Door_Cancel_EndsProcessesAndStaysCancelled()
    {
        using var tools = new ToolBench();
        await ToolBench.RequireSandboxAsync(tools);
        await using var door = await DoorBench.StartAsync();
        door.Model.Calls("shell", """{"command":"(sleep 4711.5 &) ; sleep 4711.5","timeout":100}""").Says("too late");
        await door.SubmitAsync("t1");
        await RunningProcesses.AppearAsync("sleep 4711.5");

        (await door.PostAsync("/task/t1/cancel", "")).ShouldBe((200, """{"success":true,"cancelled":true}"""));

        await RunningProcesses.DisappearAsync("sleep 4711.5");
        await door.IdleAsync();
        (await door.GetAsync("/task/t1/result")).Body.ShouldContain("""
            "status":"cancelled","result":null
            """.Trim());
        (await door.PostAsync("/task/t1/cancel", "")).ShouldBe((404, """{"success":false,"error":"Task not running or not found"}"""));
        door.Model.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Door_CancelOfADeafModel_StaysCancelledAndFreesTheWorkerAtItsEnd()
    {
        await using var door = await DoorBench.StartAsync();
        var go = new TaskCompletionSource();
        door.Model.Then(new ScriptedAnswer().WaitDeafFor(go.Task).Text("done all the same"));
        await door.SubmitAsync("t1");
        await door.Model.NextRequestAsync(Cancel);

        (await door.PostAsync("/task/t1/cancel", "")).Status.ShouldBe(200);
        go.SetResult();

        await door.IdleAsync();
        (await door.GetAsync("/task/t1/result")).Body.ShouldContain("\"cancelled\"");
    }

    [Fact]
    public async Task Door_ModelThatFails_IsAFailureWithItsError()
    {
        await using var door = await DoorBench.StartAsync();
        door.Model.Fails("The endpoint answered 500.", ModelFailureKind.Invalid);

        await door.SubmitAsync("t1");
        await door.IdleAsync();

        using var result = JsonDocument.Parse((await door.GetAsync("/task/t1/result")).Body);
        result.RootElement.GetProperty("status").GetString().ShouldBe("failed");
        result.RootElement.GetProperty("result").ValueKind.ShouldBe(JsonValueKind.Null);
        result.RootElement.GetProperty("error").GetString()!.ShouldContain("The endpoint answered 500.");
    }

    [Fact]
    public async Task Door_SkillInPython_IsATaskAgentsTool()
    {
        using var tools = new ToolBench();
        await ToolBench.RequireSandboxAsync(tools);
        await using var door = await DoorBench.StartAsync();
        door.PutSkill("weather", "def execute(): return 'sunny'\ndef register_skills(m): m.register('rain', 'Says when it rains', str)");
        door.Model.Calls("weather").Says("It is sunny.");

        await door.SubmitAsync("t1", "How is it?", """["weather"]""");
        await door.IdleAsync();

        door.Model.Requests[0].Tools.Select(tool => tool.Name).ShouldBe(["weather", "rain"]);
        ((ToolResultMessage)door.Model.Requests[1].Messages[^1]).Text.ShouldBe("sunny");
        (await door.GetAsync("/task/t1/result")).Body.ShouldContain("It is sunny.");
    }

    [Fact]
    public async Task Door_SkillWithText_IsReadByTheTaskThatNamesIt()
    {
        await using var door = await DoorBench.StartAsync();
        door.PutText("bake", "Bakes bread");
        door.PutText("brew", "Brews tea");
        door.Model.Calls("skill", """{"name":"bake"}""").Says("It is baked.");

        await door.SubmitAsync("t1", "Bake.", """["bake","shell_exec"]""");
        await door.IdleAsync();

        door.Model.Requests[0].Tools.Select(tool => tool.Name).ShouldBe(["shell", "skill"]);
        door.Model.Requests[0].System.ShouldContain("Bakes bread");
        door.Model.Requests[0].System.ShouldNotContain("Brews tea");
        (await door.GetAsync("/task/t1/result")).Body.ShouldContain("It is baked.");
    }

    [Theory]
    [InlineData("", "The body must be a JSON object.")]
    [InlineData("[]", "The body must be a JSON object.")]
    [InlineData("""{"description":"x"}""", "task_id must be a text of 1 to 128 characters, without / and control characters.")]
    [InlineData("""{"task_id":"a/b","description":"x"}""", "task_id must be a text of 1 to 128 characters, without / and control characters.")]
    [InlineData("""{"task_id":7,"description":"x"}""", "task_id must be a text of 1 to 128 characters, without / and control characters.")]
    [InlineData("""{"task_id":"a","description":" "}""", "description must be a text of 1 to 32000 characters.")]
    [InlineData("""{"task_id":"a","description":"x","skills":"shell"}""", "skills must be a list of at most 64 names.")]
    [InlineData("""{"task_id":"\ud800","description":"x"}""", "The body has a string that is no Unicode text.")]
    public async Task Door_BodyThatIsNoTask_SaysWhy(string body, string error)
    {
        await using var door = await DoorBench.StartAsync();

        (await door.PostAsync("/task", body)).ShouldBe((400, $$"""{"success":false,"error":"{{error}}"}"""));
    }

    [Fact]
    public async Task Door_HugeBodyOrUnknownTask_IsRefused()
    {
        await using var door = await DoorBench.StartAsync();

        (await door.SubmitAsync("t1", new string('x', 1 << 20))).ShouldBe((413, """{"success":false,"error":"The body is larger than 1048576 bytes."}"""));
        (await door.GetAsync("/task/t1/result")).ShouldBe((404, """{"success":false,"error":"Task not found"}"""));
        (await door.PostAsync("/task/t1/cancel", "")).ShouldBe((404, """{"success":false,"error":"Task not running or not found"}"""));
    }

    [Fact]
    public async Task Door_ManyTasks_KeepsTheNewest()
    {
        await using var door = await DoorBench.StartAsync();
        door.Model.Otherwise = _ => new ScriptedAnswer().Text("ok");
        for (var number = 0; number < 102; number++)
        {
            (await door.SubmitAsync($"t{number}")).Status.ShouldBe(202);
            await door.IdleAsync();
        }

        (await door.GetAsync("/task/t1/result")).Status.ShouldBe(404);
        (await door.GetAsync("/task/t2/result")).Status.ShouldBe(200);
        (await door.GetAsync("/status")).Body.ShouldContain("\"total_tasks\":100");
    }

    [Fact]
    public async Task Door_WithKeys_WantsOne()
    {
        const string key = "a-key-of-the-household";
        await using var door = await DoorBench.StartAsync(keys: [key]);
        door.Http.DefaultRequestHeaders.Add("Authorization", "Bearer " + key[..^1]);
        (await door.GetAsync("/health")).ShouldBe((401, """{"success":false,"error":"A key is needed: Authorization: Bearer KEY (pibot.keys)."}"""));
        door.Http.DefaultRequestHeaders.Remove("Authorization");
        door.Http.DefaultRequestHeaders.Add("Authorization", "Bearer " + key);

        (await door.GetAsync("/health")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Host", "evil.example")]
    public async Task Door_PageInABrowser_IsKeptOut(string header, string value)
    {
        await using var door = await DoorBench.StartAsync();
        door.Http.DefaultRequestHeaders.TryAddWithoutValidation(header, value);

        (await door.SubmitAsync("t1")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task Door_PortThatIsTaken_IsOneSentence()
    {
        await using var first = await DoorBench.StartAsync();
        var place = new Uri(first.Url).Authority;

        (await Should.ThrowAsync<CliException>(() => DoorBench.StartAsync(place))).Message
            .ShouldStartWith($"PiBot's door: {place} is in use by ");
    }
}
