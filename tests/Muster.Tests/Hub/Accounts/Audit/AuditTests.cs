using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Muster.Hub.Accounts.Audit;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Accounts.Audit;

public sealed class PostgresAuditTests : AuditTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

public class AuditTests : PeopleTest
{
    [Fact]
    public async Task EveryAction_IsThereOnce_InOrder_AndHoldsNoSecret()
    {
        var secrets = new List<string> { Password, "battery staple", "a wrong guess" };
        var bob = await JoinAsync("bob");
        secrets.Add(bob.Refresh);
        await SendAsync(App.Anonymous, HttpMethod.Post, "login", new { username = "bob", password = "a wrong guess" });
        await SendAsync(App.Anonymous, HttpMethod.Post, "login", new { username = "a wrong guess", password = "x" });
        var key = await OkAsync(bob.Client, HttpMethod.Post, "keys", new { name = "ci" });
        secrets.Add(key.GetProperty("secret").GetString()!.Split('.')[1]);
        await OkAsync(bob.Client, HttpMethod.Delete, "keys/" + key.GetProperty("key").GetProperty("id").GetString());
        await OkAsync(bob.Client, HttpMethod.Post, "me/password", new { old_password = Password, new_password = "battery staple" });
        secrets.Add((await OkAsync(Ada, HttpMethod.Post, "users/bob/reset")).GetProperty("token").GetString()!);
        secrets.Add((await OkAsync(Ada, HttpMethod.Post, "invites", new { })).GetProperty("token").GetString()!);
        secrets.Add((await OkAsync(Ada, HttpMethod.Post, "enrolments", new { name = "nas" })).GetProperty("token").GetString()!);
        await OkAsync(Ada, HttpMethod.Post, "wallet/grants", new { to = "bob", amount = "5" });
        await OkAsync(bob.Client, HttpMethod.Post, "wallet/transfers", new { to = "ada", amount = "2" });
        await OkAsync(Ada, HttpMethod.Patch, "users/bob", new { role = "guest" });
        await OkAsync(Ada, HttpMethod.Patch, "users/bob", new { state = "disabled" });
        await OkAsync(Ada, HttpMethod.Patch, "users/bob", new { state = "active" });
        await OkAsync(Ada, HttpMethod.Delete, "users/bob");

        var entries = (await OkAsync(Ada, HttpMethod.Get, "audit")).GetProperty("items").EnumerateArray().Reverse().ToList();

        entries.Select(entry => $"{entry.GetProperty("username").GetString()} {entry.GetProperty("action").GetString()} {entry.GetProperty("outcome").GetString()}").ShouldBe(
        [
            "ada invite.create done", "bob user.register done", " login refused", " login refused", "bob key.create done", "bob key.revoke done", "bob password.change done",
            "ada user.reset done", "ada invite.create done", "ada node.offer done", "ada wallet.grant done", "bob wallet.transfer done", "ada user.role done",
            "ada user.disable done", "ada user.enable done", "ada user.remove done",
        ]);
        var text = string.Concat(entries.Select(entry => entry.ToString()));
        secrets.ShouldAllBe(secret => !text.Contains(secret));
        entries.ShouldAllBe(entry => entry.GetProperty("address").GetString() == "127.0.0.1");
        (await OkAsync(Ada, HttpMethod.Get, "audit?action=wallet&user=ada")).GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task ActionThatFailed_LeavesNothing_AndTheChainGoesOn()
    {
        await JoinAsync("bob");
        var before = (await VerifyAsync()).GetProperty("entries").GetInt64();

        await SendAsync(Ada, HttpMethod.Patch, "users/ada", new { role = "member" }); // the last owner: undone
        await OkAsync(Ada, HttpMethod.Patch, "users/bob", new { role = "guest" });

        var after = await VerifyAsync();
        after.GetProperty("entries").GetInt64().ShouldBe(before + 1);
        after.GetProperty("good").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("update audit set username = 'eve' where number = 2", "Entry 2")]
    [InlineData("update audit set outcome = 'done', detail = '' where number = 3", "Entry 3")]
    [InlineData("delete from audit where number = 2", "Between 1 and 3")]
    [InlineData("delete from audit where number = 4", "cut off")]
    [InlineData("update audit set previous = '' where number = 3", "Between 2 and 3")]
    public async Task Record_ThatSomebodyChanged_IsFound(string change, string problem)
    {
        await JoinAsync("bob");
        await SendAsync(App.Anonymous, HttpMethod.Post, "login", new { username = "bob", password = "wrong guess" });
        await OkAsync(Ada, HttpMethod.Post, "invites", new { });
        (await VerifyAsync()).GetProperty("good").GetBoolean().ShouldBeTrue();

        await Database.WriteAsync(tx => tx.Execute(change).ShouldBe(1), Cancel);

        var verification = await VerifyAsync();
        verification.GetProperty("good").GetBoolean().ShouldBeFalse();
        verification.GetProperty("problem").GetString()!.ShouldContain(problem);
    }

    [Fact]
    public async Task Record_ThatIsLong_KeepsTheNewestAndStaysGood()
    {
        var log = App.Hub.Services.GetRequiredService<AuditLog>();
        var actor = new AuditActor("", "test", "", "local");
        await Database.WriteAsync(
            tx =>
            {
                tx.Execute("update audit_head set number = @number", new { number = AuditLog.Most - 500 });
                log.Add(tx, [.. Enumerable.Range(0, 600).Select(number => new AuditAct(actor, "test", $"{number}"))]);
                log.Add(tx, [.. Enumerable.Range(0, 900).Select(number => new AuditAct(actor, "test", $"{number}"))]);
            },
            Cancel);

        var verification = await VerifyAsync();

        verification.GetProperty("good").GetBoolean().ShouldBeTrue(verification.ToString());
        (await Database.ReadAsync(tx => tx.Scalar<long>("select min(number) from audit"), Cancel)).ShouldBe(AuditLog.Most - 499);
    }

    [Fact]
    public async Task Record_Pages_AreWholeAndNewestFirst()
    {
        for (var i = 0; i < 5; i++)
        {
            await OkAsync(Ada, HttpMethod.Post, "invites", new { });
        }

        var first = await OkAsync(Ada, HttpMethod.Get, "audit?limit=3");
        var second = await OkAsync(Ada, HttpMethod.Get, $"audit?limit=3&after={first.GetProperty("next").GetString()}");

        Numbers(first).Concat(Numbers(second)).ShouldBe([5, 4, 3, 2, 1]);
        second.GetProperty("next").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private static IEnumerable<long> Numbers(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("number").GetInt64());

    private Task<JsonElement> VerifyAsync() => OkAsync(Ada, HttpMethod.Get, "audit/verification");
}
