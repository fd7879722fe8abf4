using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Agents.Providers.Spending;
using Muster.Agents.Tools;
using Muster.Protocol.Ids;

namespace Muster.Node.Assistant;

/// <summary>The purse of a run in a conversation: its hub counts what is spent, and says when to wait.</summary>
internal sealed class RunPurse(HubQuestions hub, string runId, TimeProvider time) : ITokenPurse
{
    public async Task<string> ReserveAsync(string model, long micro, CancellationToken abort)
    {
        var call = Id<Key>.New(time).ToString();
        var json = new JsonObject { ["call"] = call, ["model"] = model, ["micro"] = micro }.ToJsonString();
        try
        {
            while (true)
            {
                using var answer = JsonDocument.Parse(await hub.InsistAsync(runId, "spending.reserve", json, abort));
                if (answer.RootElement.TryGetProperty("refused", out var sentence))
                {
                    throw new SpendingRefusedException(sentence.GetString() ?? "The hub allows no more spending.");
                }

                if (!answer.RootElement.TryGetProperty("wait", out _))
                {
                    return call;
                }

                var version = answer.RootElement.GetProperty("version").GetInt64();
                await hub.InsistAsync(runId, "spending_wait.change", new JsonObject { ["version"] = version }.ToJsonString(), abort);
            }
        }
        catch (ToolException refused)
        {
            throw new SpendingRefusedException(refused.Message);
        }
    }

    public Task SettleAsync(string call, long micro) => hub.TellAsync(runId, "spending.settle", new JsonObject { ["call"] = call, ["micro"] = micro }.ToJsonString());
}
