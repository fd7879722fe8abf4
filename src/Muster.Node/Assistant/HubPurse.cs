using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Agents.Providers.Spending;
using Muster.Agents.Tools;
using Muster.Protocol.Ids;

namespace Muster.Node.Assistant;

/// <summary>The purse of a run or a task: its hub counts what is spent, and says when to wait.</summary>
/// <param name="waiting">Called while a person is waited for; what it gives is disposed when that is over.</param>
internal sealed class HubPurse(HubQuestions hub, HubAsker asker, TimeProvider time, Func<IDisposable>? waiting = null) : ITokenPurse
{
    public async Task<string> ReserveAsync(string model, long micro, CancellationToken abort)
    {
        var call = Id<Key>.New(time).ToString();
        var json = new JsonObject { ["call"] = call, ["model"] = model, ["micro"] = micro }.ToJsonString();
        IDisposable? wait = null;
        try
        {
            while (true)
            {
                using var answer = JsonDocument.Parse(await hub.InsistAsync(asker, "spending.reserve", json, abort));
                if (answer.RootElement.TryGetProperty("refused", out var sentence))
                {
                    throw new SpendingRefusedException(sentence.GetString() ?? "The hub allows no more spending.");
                }

                if (!answer.RootElement.TryGetProperty("wait", out _))
                {
                    return call;
                }

                wait ??= waiting?.Invoke();
                var version = answer.RootElement.GetProperty("version").GetInt64();
                await hub.InsistAsync(asker, "spending_wait.change", new JsonObject { ["version"] = version }.ToJsonString(), abort);
            }
        }
        catch (ToolException refused)
        {
            throw new SpendingRefusedException(refused.Message);
        }
        finally
        {
            wait?.Dispose();
        }
    }

    public Task SettleAsync(string call, long micro)
    {
        var json = new JsonObject { ["call"] = call, ["micro"] = micro }.ToJsonString();
        // The events of a run go the same way behind it; a task's result goes another one, and would overtake it.
        return asker.Attempt is null ? hub.TellAsync(asker, "spending.settle", json) : hub.ReportAsync(asker, "spending.settle", json);
    }
}
