using System.Text.RegularExpressions;

namespace Muster.Hub.Routing.Rules;

/// <summary>The state of the system or of all machines is known to the hub, whichever machine is active.</summary>
internal sealed partial class FleetStateRule : IRoutingRule
{
    private const int LimitMilliseconds = 200;

    public RouteDecision? Decide(RouteRequest request) =>
        request.Machines.Count > 1 && request.Hub != HubAbility.None && IsAsked(request.Text)
            ? new RouteDecision.OnHub(HubWork.OfFleet(request.Text, request.Hub, request.Chinese), RouteTexts.For(request.Chinese).HubKnowsFleet)
            : null;

    public static bool IsAsked(string text) => English().IsMatch(text) || Chinese().IsMatch(text);

    [GeneratedRegex(
        """
        ^\s*(?:(?:please|so|and|ok|hey|can\ you|could\ you|tell\ me|show\ me|show|give\ me|what(?:'s|\ is)|how\ is|check)\s+)*(?:the\s+)?(?:system|fleet|cluster)(?:\ |'s\ )?(?:status|state|health|overview)?\s*(?:doing|today|now)?\s*[.?!]*\s*$
        |\b(?:status|state|health)\s+of\s+(?:the\s+(?:system|fleet|cluster)|(?:all|my|the)\s+(?:(?:my|the|of\ my)\s+)?(?:machines|nodes|computers|servers))\s*[.?!]*\s*$
        |^\s*(?:how\s+are|list|show(?:\ me)?)\s+(?:all\s+)?(?:my\s+|the\s+)?(?:machines|nodes|computers)(?:\s+(?:doing|today|now))*\s*[.?!]*\s*$
        |\b(?:which|what)\s+(?:of\s+my\s+)?(?:machines|nodes|computers)\s+(?:are|is|do\ i\ have|have\ i)\b
        """,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace, LimitMilliseconds)]
    private static partial Regex English();

    [GeneratedRegex(
        "^(?:请|帮我|看看|查看|显示|告诉我)*(?:系统|集群)(?:现在)?(?:的)?(?:状态|情况|怎么样|正常吗)?[。？?！!]*$|(?:所有|全部|各台?|我的)(?:的)?(?:机器|节点|设备|电脑)(?:现在)?(?:的)?(?:状态|情况|怎么样|还好吗|正常吗|都在线吗)|(?:哪些|有哪些|哪几台)(?:机器|节点|设备|电脑)",
        RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Chinese();
}
