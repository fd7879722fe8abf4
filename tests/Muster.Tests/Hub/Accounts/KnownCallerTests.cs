using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Muster.Hub.Accounts;
using Muster.Testing;
using Muster.Tests.Hub.Ledger.Wallet;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Accounts;

/// <summary>A caller is remembered for a second; what was taken away must not be usable for longer.</summary>
public sealed class KnownCallerTests : WalletTest
{
    [Fact]
    public async Task Caller_WhoseRoleChanges_LosesItAtOnce()
    {
        var bob = await PersonAsync("bob");
        await GrantAsync("bob", "5");
        (await PostAsync(bob, "transfers", new { to = "ada", amount = "1" })).Status.ShouldBe(HttpStatusCode.OK);

        var people = App.Hub.Services.GetRequiredService<People>();
        await Database.WriteAsync(
            tx =>
            {
                tx.Execute("update users set role = 'guest' where username = 'bob'");
                people.Changed(tx, tx.Scalar<string>("select id from users where username = 'bob'"));
            },
            Cancel);

        (await PostAsync(bob, "transfers", new { to = "ada", amount = "1" })).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Caller_WhoseKeyIsForgotten_IsRefusedAtOnce()
    {
        var bob = await PersonAsync("bob");
        (await bob.GetAsync("/api/v1/wallet", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var id = await Database.WriteAsync(
            tx =>
            {
                tx.Execute("update api_keys set revoked_at = 1 where user_id in (select id from users where username = 'bob')");
                return tx.Scalar<string>("select id from users where username = 'bob'");
            },
            Cancel);
        App.Hub.Services.GetRequiredService<KnownCallers>().Forget(id);

        (await bob.GetAsync("/api/v1/wallet", Cancel)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Caller_WhoseKeyIsRevokedElsewhere_IsRefusedSoon()
    {
        var bob = await PersonAsync("bob");
        (await bob.GetAsync("/api/v1/wallet", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await Database.WriteAsync(tx => tx.Execute("update api_keys set revoked_at = 1 where user_id in (select id from users where username = 'bob')"), Cancel);

        await Eventually.TrueAsync(async () =>
        {
            using var answer = await bob.GetAsync("/api/v1/wallet", Cancel);
            return answer.StatusCode == HttpStatusCode.Unauthorized;
        }, Cancel);
    }
}
