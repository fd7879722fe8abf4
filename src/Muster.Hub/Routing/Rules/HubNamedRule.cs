using System.Text.RegularExpressions;
using Muster.Agents.Offline;
using Muster.Hub.Chat.Assistant;

namespace Muster.Hub.Routing.Rules;

/// <summary><c>@hub …</c>: the hub's own assistant is meant, unless a machine has that name.</summary>
internal sealed partial class HubNamedRule : IRoutingRule
{
    private const int LimitMilliseconds = 200;

    public RouteDecision? Decide(RouteRequest request)
    {
        if (request.Hub == HubAbility.None || Split(request.Text, request.Machines) is not { } work)
        {
            return null;
        }

        var texts = RouteTexts.For(request.Chinese);
        return request.Hub == HubAbility.Rules && OfflineModel.CallFor(work) is { } call && !HubTools.Have(call.Tool, call.Arguments)
            ? new RouteDecision.Nobody(texts.NotOnHub)
            : new RouteDecision.OnHub(work, texts.NamedHub);
    }

    /// <summary>What is said to the hub; null: it is not addressed.</summary>
    public static string? Split(string text, IReadOnlyList<Machine> machines) =>
        Address().Match(text) is { Success: true } match && MachineNaming.Find(text, machines) is null ? text[match.Length..] : null;

    [GeneratedRegex(@"^\s*(?:@hub(?![A-Za-z0-9_.-])\s*[:：,，]?|on\s+hub\s*[:：])\s*(?=\S)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Address();
}
