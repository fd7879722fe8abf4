using Muster.Testing.Models;
using Muster.Testing.Processes;
using Xunit;

namespace Muster.EndToEnd.Checklists;

/// <summary>A hub whose model only chooses machines, and two machines with their own.</summary>
public sealed class MultiHostHousehold : IAsyncLifetime
{
    public Household Household { get; private set; } = null!;

    /// <summary>The hub's: what it is asked is which machine.</summary>
    public OpenAiDouble Router { get; private set; } = null!;

    public MusterProcess HomePc { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Household = Household.WithoutModel();
        Router = await OpenAiDouble.StartAsync();
        Household.Environment["ROUTER_SECRET"] = "correct-horse-battery";
        await Household.ConfigureAsync(
            $"""
            assistant:
              hub: false
            models:
              router:
                base_url: {Router.BaseUrl}
                api_key: {Router.ApiKey}
                model: {Router.Models[0]}
            """);
        await Household.HubAsync();
        HomePc = await Household.NodeAsync("home-pc");
        await Household.NodeAsync("work-server");
        await Household.OnlineAsync(2);
    }

    public async ValueTask DisposeAsync()
    {
        await Household.DisposeAsync();
        await Router.DisposeAsync();
    }
}

[CollectionDefinition(nameof(MultiHostHousehold))]
public sealed class MultiHostHouseholds : ICollectionFixture<MultiHostHousehold>;
