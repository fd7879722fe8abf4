using System.Text.Json;
using Muster.Testing.Models;
using Muster.Tests.Hub.Accounts;
using Muster.Tests.Hub.Jobs;

namespace Muster.Tests.Hub.Planning;

/// <summary>A hub, and machines of its pool that leave it at the end.</summary>
public abstract class PlanTest : PeopleTest
{
    private PoolHouse? _house;

    private protected PoolHouse House => _house ??= PoolHouse.At(App, Cancel);

    public override async ValueTask DisposeAsync()
    {
        if (_house is not null)
        {
            await _house.LeaveAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task WithWorkerAsync(ScriptedModel model) => await House.AddAsync("worker", model: model);

    /// <summary>What the message of a <c>message_end</c> says.</summary>
    protected static string TextOf(JsonElement end) => end.GetProperty("message").GetProperty("content")[0].GetProperty("text").GetString()!;
}
