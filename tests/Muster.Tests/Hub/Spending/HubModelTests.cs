using Muster.Agents.Providers;
using Muster.Agents.Providers.Spending;
using Muster.Hub;
using Muster.Hub.Chat.Assistant;
using Muster.Hub.Ledger;
using Muster.Testing;
using Muster.Testing.Hub;
using Muster.Testing.Models;
using Muster.Tests.Hub.Accounts;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Spending;

public sealed class PostgresHubModelTests : HubModelTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

/// <summary>The models of the hub's own assistant at a price, and a clock that the test moves.</summary>
public class HubModelTests : PeopleTest
{
    private readonly ScriptedModel _model = new();

    private JumpingClock Clock { get; } = new(new DateTimeOffset(2026, 1, 1, 10, 0, 0, TimeSpan.Zero));

    protected override HubOptions Configure(HubOptions options) => base.Configure(options) with
    {
        Time = Clock,
        Assistant = new AssistantOptions
        {
            Models = new ModelCatalog([new ModelOptions { Name = "main", Stream = _model.Stream, Price = new ModelPrice(0, 100, 0), MaxTokens = 1_000 }], TimeProvider.System),
            RouteByModel = false,
        },
    };

    [Fact]
    public async Task Member_PaysTheHub_AndItsOwnerPaysNothing()
    {
        _model.Otherwise = _ => new ScriptedAnswer().Text("Yes.").Uses(50, 200);
        var bob = (await JoinAsync("bob")).Client;
        await OkAsync(Ada, HttpMethod.Post, "wallet/grants", new { to = "bob", amount = "1" });

        foreach (var client in (HttpClient[])[bob, Ada])
        {
            var conversation = await SpendingBench.ConversationAsync(client, null);
            await SpendingBench.SayAsync(client, conversation, "what is a Python generator?");
            (await SpendingBench.UntilAsync(client, conversation, "agent_end")).GetProperty("cpt").GetString().ShouldBe("0.020000");
        }

        (await SpendingBench.WalletAsync(bob)).ShouldBe(("0.980000", "0.000000"));
        (await SpendingBench.WalletAsync(Ada)).ShouldBe(("0.000000", "0.000000"));
        (await Database.ReadAsync(LedgerBook.Verify, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Limit_HubRestartsWhileItWaits_AndMoreLetsItGoOn()
    {
        _model.Otherwise = _ => new ScriptedAnswer().Text("Yes.").Uses(50, 200);
        var conversation = await SpendingBench.ConversationAsync(Ada, null);
        await SpendingBench.LimitAsync(Ada, conversation, new { max_cpt = "0.05" });
        await SpendingBench.SayAsync(Ada, conversation, "what is a Python generator?");
        await SpendingBench.PausedAsync(Ada, conversation);

        await RestartAsync();
        await App.ClaimAsync(Password);
        using var person = With(await OkAsync(App.Anonymous, HttpMethod.Post, "login", new { username = "ada", password = Password, approve = true }));
        await SpendingBench.LimitAsync(person, conversation, new { add_cpt = "1" });

        (await SpendingBench.EndAsync(Ada, conversation)).ShouldBe("completed");
        _model.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Limit_UnansweredForADay_TheRunEndsAndSaysSo()
    {
        var conversation = await SpendingBench.ConversationAsync(Ada, null);
        await SpendingBench.LimitAsync(Ada, conversation, new { max_cpt = "0.05" });
        await SpendingBench.SayAsync(Ada, conversation, "what is a Python generator?");
        await SpendingBench.PausedAsync(Ada, conversation);

        Clock.Jump(TimeSpan.FromHours(25));

        var end = await SpendingBench.UntilAsync(Ada, conversation, "agent_end");
        end.GetProperty("outcome").GetString().ShouldBe("failed");
        end.GetProperty("error").GetString()!.ShouldContain("Nobody allowed more within 24 hours");
        _model.Requests.ShouldBeEmpty();
    }
}
