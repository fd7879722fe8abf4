using System.Net;
using Muster.Hub.Schedules;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Schedules;

public sealed class PostgresScheduleApiTests : ScheduleApiTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

public class ScheduleApiTests : ScheduleTest
{
    protected override ScheduleOptions Limits => base.Limits with { MostPerUser = 3, LongestText = 20, ShortestInterval = TimeSpan.FromMinutes(10) };

    [Fact]
    public async Task Create_ByEachWay_IsShownAsItIs()
    {
        var cron = await MakeAsync(new { text = "stand-up", cron = "0 9 * * 1-5", zone = "Asia/Shanghai" });
        Clock.Jump(TimeSpan.FromSeconds(1)); // the list is by the time of making, and a system's clock may be set back a little
        var at = await MakeAsync(new { text = "tea", at = "2026-01-01T12:00:00+01:00" });
        Clock.Jump(TimeSpan.FromSeconds(1));
        var every = await MakeAsync(new { text = "stretch", every_seconds = 600, max_runs = 3 });

        cron.GetProperty("id").GetString()!.ShouldMatch("^sch_[0-9a-z]{26}$");
        (Text(cron, "rule"), Text(cron, "cron"), Text(cron, "zone"), Text(cron, "next_at")).ShouldBe(("cron", "0 9 * * 1-5", "Asia/Shanghai", "2026-01-02T01:00:00+00:00"));
        (Text(at, "rule"), Text(at, "kind"), Text(at, "next_at")).ShouldBe(("once", "message", "2026-01-01T11:00:00+00:00"));
        (Text(every, "every_seconds"), Text(every, "max_runs"), Text(every, "state"), Text(every, "runs")).ShouldBe(("600", "3", "active", "0"));
        Text(every, "summary").ShouldStartWith("I will remind you every 10m (3 times), first at 2026-01-01 10:10 (UTC): stretch\n#");
        (await ListAsync()).Select(schedule => Text(schedule, "text")).ShouldBe(["stretch", "tea", "stand-up"]);
    }

    [Fact]
    public async Task Create_AgainWithTheSameKey_MakesOne()
    {
        var body = new { text = "tea", when = "10m" };
        var first = await SendAsync(Ada, HttpMethod.Post, "schedules", body, "key-1");

        var again = await SendAsync(Ada, HttpMethod.Post, "schedules", body, "key-1");

        again.Body.GetProperty("id").GetString().ShouldBe(first.Body.GetProperty("id").GetString());
        (await ListAsync()).Count.ShouldBe(1);
        (await SendAsync(Ada, HttpMethod.Post, "schedules", new { text = "coffee", when = "10m" }, "key-1")).Code.ShouldBe("idempotency_conflict");
    }

    [Fact]
    public async Task Create_BeyondALimit_IsRefusedWithASentenceThatNamesIt()
    {
        await RefusedAsync(new { text = new string('x', 21), when = "10m" }, "text", "The text has 21 characters; 20 are the most.");
        await RefusedAsync(new { text = "tea", every_seconds = 599 }, "when", "That is too often: between two times there are at least 10m");
        await RefusedAsync(new { text = "tea", cron = "*/5 * * * *" }, "when", "That is too often: between two times there are at least 10m");
        await RefusedAsync(new { text = "tea", cron = "0 0 30 2 *" }, "cron", "These times never come");
        await RefusedAsync(new { text = "tea", cron = "9 * * *" }, "cron", "\"9 * * *\" is no cron expression of five fields");
        await RefusedAsync(new { text = "tea", when = "tomorrow at 9", zone = "Europe/Atlantis" }, "zone", "There is no time zone \"Europe/Atlantis\".");
        await RefusedAsync(new { text = "tea", when = "tomorrow at 9", zone = "../../etc/passwd" }, "zone", "There is no time zone");
        await RefusedAsync(new { text = "tea", when = "whenever" }, "when", "\"whenever\" is no time that is understood here.");
        await RefusedAsync(new { text = "tea" }, "when", "When?");
        await RefusedAsync(new { text = "tea", when = "10m", cron = "0 9 * * *" }, "when", "Say when in one way only");
        await RefusedAsync(new { text = "tea", when = "10m", kind = "song" }, "kind", "\"song\" is no kind of schedule.");
        await RefusedAsync(new { text = "", when = "10m", kind = "instruction" }, "text", "What is the assistant to do then?");
        await RefusedAsync(new { text = "look", when = "10m", kind = "instruction", node = "nsa" }, "node", "There is no machine named \"nsa\".");
        await RefusedAsync(new { text = "look", when = "10m", node = "nsa" }, "node", "A reminder needs no machine");
        await RefusedAsync(new { text = "tea", when = "every hour", max_runs = 0 }, "max_runs", "It has to come at least once");
        (await ListAsync()).ShouldBeEmpty();
        for (var i = 0; i < 3; i++)
        {
            await MakeAsync(new { text = "tea", when = "10m" });
        }

        await RefusedAsync(new { text = "tea", when = "10m" }, "", "There are 3 schedules already, which is the most (schedules.most)");
    }

    [Fact]
    public async Task Paused_IsNotToldAndGoesOnFromNowWhenResumed()
    {
        var made = await MakeAsync(new { text = "stretch", every_seconds = 3600 });
        var once = await MakeAsync(new { text = "tea", when = "2h" });
        Text(await OkAsync(Ada, HttpMethod.Post, $"schedules/{Text(made, "id")}/pause"), "state").ShouldBe("paused");
        await OkAsync(Ada, HttpMethod.Post, $"schedules/{Text(once, "id")}/pause");
        var other = await MakeAsync(new { text = "coffee", when = "1h" });

        Clock.Jump(TimeSpan.FromHours(4.5));
        await UntilAsync(other, schedule => Runs(schedule) == 1);

        Runs(await ShowAsync(made)).ShouldBe(0);
        var resumed = await OkAsync(Ada, HttpMethod.Post, $"schedules/{Text(made, "id")}/resume");
        resumed.GetProperty("next_at").GetDateTimeOffset().ShouldBeGreaterThan(Clock.GetUtcNow());
        await OkAsync(Ada, HttpMethod.Post, $"schedules/{Text(once, "id")}/resume");
        await UntilAsync(once, schedule => Runs(schedule) == 1);
        (await ToldAsync()).ShouldContain("⏰ tea (due 12:00, told 14:30)");
        (await SendAsync(Ada, HttpMethod.Post, $"schedules/{Text(once, "id")}/resume")).Code.ShouldBe("conflict");
    }

    [Fact]
    public async Task Deleted_IsNeverTold()
    {
        var made = await MakeAsync(new { text = "tea", when = "10m" });
        var other = await MakeAsync(new { text = "coffee", when = "10m" });

        await OkAsync(Ada, HttpMethod.Delete, "schedules/" + Text(made, "id"));

        Clock.Jump(TimeSpan.FromMinutes(10));
        await UntilAsync(other, schedule => Runs(schedule) == 1);
        (await ToldAsync()).ShouldBe(["⏰ coffee"]);
        (await SendAsync(Ada, HttpMethod.Get, "schedules/" + Text(made, "id"))).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Another_UsersSchedule_IsNotThere()
    {
        await App.ClaimAsync(Password);
        var made = await MakeAsync(new { text = "ada's tea", when = "10m" });
        var bob = (await JoinAsync("bob")).Client;
        var his = await MakeAsync(new { text = "bob's tea", when = "10m" }, bob);
        var id = Text(made, "id");

        (await ListAsync(bob)).Select(schedule => Text(schedule, "text")).ShouldBe(["bob's tea"]);
        (await ListAsync()).Select(schedule => Text(schedule, "text")).ShouldBe(["ada's tea"]);
        foreach (var (method, route) in new[] { (HttpMethod.Get, ""), (HttpMethod.Post, "/pause"), (HttpMethod.Post, "/resume"), (HttpMethod.Delete, "") })
        {
            (await SendAsync(bob, method, $"schedules/{id}{route}")).Status.ShouldBe(HttpStatusCode.NotFound);
        }

        (await SendAsync(bob, HttpMethod.Post, "schedules", new { text = "tea", when = "10m", conversation = await App.ConversationAsync(Cancel) })).Status.ShouldBe(HttpStatusCode.NotFound);
        Text(await ShowAsync(made), "state").ShouldBe("active");
        (await SendAsync(Ada, HttpMethod.Get, $"schedules/{Text(his, "id")}")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Disabled_UsersSchedule_WaitsUntilTheAccountIsOpenAgain()
    {
        await App.ClaimAsync(Password);
        var bob = (await JoinAsync("bob")).Client;
        await MakeAsync(new { text = "bob's tea", when = "10m" }, bob);
        await OkAsync(Ada, HttpMethod.Patch, "users/bob", new { state = "disabled" });
        var other = await MakeAsync(new { text = "ada's tea", when = "10m" });

        Clock.Jump(TimeSpan.FromMinutes(30));
        await UntilAsync(other, schedule => Runs(schedule) == 1);
        (await ToldAsync()).ShouldBe(["⏰ ada's tea (due 10:10, told 10:30)"]);

        await OkAsync(Ada, HttpMethod.Patch, "users/bob", new { state = "active" });
        await Eventually.TrueAsync(async () => (await ToldAsync()).Count == 2, Cancel);
        (await ToldAsync())[1].ShouldBe("⏰ bob's tea (due 10:10, told 10:30)");
    }

    [Fact]
    public async Task Guest_MakesNone()
    {
        await App.ClaimAsync(Password);
        var gus = (await JoinAsync("gus", "guest")).Client;

        (await SendAsync(gus, HttpMethod.Post, "schedules", new { text = "tea", when = "10m" })).Status.ShouldBe(HttpStatusCode.Forbidden);
        await AskAsync(gus, "/remind 10m tea");

        await Eventually.TrueAsync(
            async () => await Database.ReadAsync(tx => tx.Scalar<long>("select count(*) from thread_events where json like '%A guest may not make reminders%'"), Cancel) == 1, Cancel);
        (await Database.ReadAsync(tx => tx.Scalar<long>("select count(*) from schedules"), Cancel)).ShouldBe(0);
    }

    private async Task RefusedAsync(object request, string field, string sentence)
    {
        var answer = await SendAsync(Ada, HttpMethod.Post, "schedules", request);
        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity, answer.Body.ToString());
        answer.Detail.ShouldStartWith(sentence);
        answer.Body.GetProperty("errors")[0].GetProperty("field").GetString().ShouldBe(field);
    }
}
