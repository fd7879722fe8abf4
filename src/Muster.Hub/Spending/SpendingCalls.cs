using System.Text.Json;
using Muster.Hub.Api;
using Muster.Hub.Chat;
using Muster.Hub.Chat.Tools;
using Muster.Protocol.Ids;

namespace Muster.Hub.Spending;

/// <summary>What a machine asks before and tells after each call of a model at a price. In the transaction in which it comes, so that the order is the machine's.</summary>
internal sealed class SpendingCalls(SpendingDesk desk, SpendingSignal signal) : IRunCalls
{
    private const int LongestName = 200;

    public string Area => "spending";

    public string? Answer(RunCall call) => call.Verb switch
    {
        "reserve" => Reserve(call),
        "settle" => Settle(call),
        _ => null,
    };

    private string Reserve(RunCall call)
    {
        if (call.Run.State == "ended")
        {
            throw ApiException.Conflict("This run is over: it spends nothing more.");
        }

        var (version, user) = (signal.Version, Id<User>.Parse(call.UserId));
        return Json(desk.Reserve(call.Tx, new SpendingAsk(
            Spender.Of(call.Tx, call.Run), user, CallOf(call.Arguments), ModelOf(call.Arguments), Micro(call.Arguments), call.Node.Owner, call.Node.Owner == user)), version);
    }

    private string Settle(RunCall call)
    {
        desk.Settle(call.Tx, call.Run.Id, CallOf(call.Arguments), Micro(call.Arguments));
        return "{}";
    }

    public static string Json(SpendingAnswer answer, long version) => EventJson.Write(json =>
    {
        switch (answer)
        {
            case SpendingAnswer.Refused refused:
                json.WriteString("refused", refused.Sentence);
                break;
            case SpendingAnswer.Wait:
                json.WriteBoolean("wait", true);
                json.WriteNumber("version", version);
                break;
            default:
                json.WriteBoolean("ok", true);
                break;
        }
    });

    public static string CallOf(JsonElement asked) => Id<Key>.TryParse(TextOf(asked, "call"), out var id) ? id.ToString() : throw new JsonException("There is no call.");

    public static string ModelOf(JsonElement asked) => TextOf(asked, "model") is { Length: > 0 and <= LongestName } name ? name : "the model";

    public static long Micro(JsonElement asked) =>
        asked.TryGetProperty("micro", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var micro) && micro >= 0
            ? micro
            : throw new JsonException("There is no amount.");

    private static string TextOf(JsonElement asked, string name) =>
        asked.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}

/// <summary>Where a machine waits for more, without holding anything there or here.</summary>
internal sealed class SpendingPatience(SpendingSignal signal) : IRunWork
{
    public string Area => "spending_wait";

    public async Task<string?> AnswerAsync(RunAsked asked, CancellationToken cancel)
    {
        if (asked.Verb != "change")
        {
            return null;
        }

        await WaitAsync(signal, asked.Arguments, cancel);
        return "{}";
    }

    /// <summary>Until something has changed since the version that is named.</summary>
    public static Task WaitAsync(SpendingSignal signal, JsonElement asked, CancellationToken cancel) =>
        signal.WaitAsync(asked.TryGetProperty("version", out var version) && version.TryGetInt64(out var seen) ? seen : 0, cancel);
}
