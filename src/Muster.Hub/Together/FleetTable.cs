using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Muster.Hub.Chat;
using Muster.Hub.Jobs;

namespace Muster.Hub.Together;

/// <param name="Verified">Each of its machines recorded that what it did succeeded.</param>
internal sealed record FleetGroup(IReadOnlyList<string> Nodes, string Answer, int? ExitCode, bool Verified);

/// <summary>What many machines said: equal answers together, those that failed first.</summary>
/// <param name="Failed">Machines that could not do it, with why.</param>
/// <param name="Offline">Not asked, as they were not there.</param>
/// <param name="Silent">Asked, and no answer came in time.</param>
internal sealed record FleetTable(
    int Asked, int Answered, IReadOnlyList<FleetGroup> Groups, IReadOnlyList<FleetRefusal> Failed, IReadOnlyList<string> Offline, IReadOnlyList<string> Silent)
{
    private const int LongestAnswer = 4_000;

    /// <summary>Asked, and stopped by a person before they had answered; a table of an older hub does not have it.</summary>
    [AllowNull]
    public IReadOnlyList<string> Stopped { get; init => field = value ?? []; } = [];

    public bool IsWell => Failed.Count == 0 && Silent.Count == 0 && Stopped.Count == 0 && Groups.All(group => group.ExitCode is null or 0);

    public static FleetTable Of(FleetPlan plan, IReadOnlyList<FleetReply> replies)
    {
        var groups = replies.Where(reply => reply.Answer is not null).GroupBy(reply => (reply.Answer, reply.ExitCode))
            .Select(group => new FleetGroup([.. group.Select(reply => reply.Node)], Cut(group.Key.Answer!), group.Key.ExitCode, group.All(reply => reply.Verified)))
            .OrderBy(group => group.ExitCode is null or 0).ThenByDescending(group => group.Nodes.Count);
        IReadOnlyList<FleetRefusal> failed = [.. plan.Refused, .. replies.Where(reply => reply.Failure is not null).Select(reply => new FleetRefusal(reply.Node, reply.Failure!))];
        return new FleetTable(
            plan.Targets.Count + plan.Refused.Count + plan.Offline.Count, replies.Count(reply => reply.Answer is not null), [.. groups], failed, plan.Offline,
            [.. replies.Where(reply => reply is { Answer: null, Failure: null, Stopped: false }).Select(reply => reply.Node)])
        {
            Stopped = [.. replies.Where(reply => reply.Stopped).Select(reply => reply.Node)],
        };
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("asked", Asked);
        json.WriteNumber("answered", Answered);
        json.WriteStartArray("groups");
        foreach (var group in Groups)
        {
            json.WriteStartObject();
            Names("nodes", group.Nodes);
            json.WriteString("answer", group.Answer);
            if (group.ExitCode is { } code)
            {
                json.WriteNumber("exit_code", code);
            }

            json.WriteBoolean("verified", group.Verified);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("failed");
        foreach (var failure in Failed)
        {
            json.WriteStartObject();
            json.WriteString("node", failure.Node);
            json.WriteString("reason", failure.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Names("offline", Offline);
        Names("silent", Silent);
        Names("stopped", Stopped);

        void Names(string name, IReadOnlyList<string> names)
        {
            json.WriteStartArray(name);
            names.ToList().ForEach(json.WriteStringValue);
            json.WriteEndArray();
        }
    }

    public string Json() => EventJson.Write(Write);

    /// <summary>For a person.</summary>
    public string Text(bool chinese)
    {
        var text = new StringBuilder(chinese ? $"{Asked} 台机器，{Answered} 台已回答。" : $"{Answered} of {Asked} {(Asked == 1 ? "machine" : "machines")} answered.");
        foreach (var failure in Failed)
        {
            text.Append(chinese ? $"\n- **{failure.Node}** 失败：{failure.Reason}" : $"\n- **{failure.Node}** failed: {failure.Reason}");
        }

        if (Stopped.Count > 0)
        {
            text.Append(chinese ? $"\n- 已停止：{string.Join("、", Stopped)}" : $"\n- Stopped: {string.Join(", ", Stopped)}");
        }

        if (Silent.Count > 0)
        {
            text.Append(chinese ? $"\n- 没有及时回答：{string.Join("、", Silent)}" : $"\n- No answer in time: {string.Join(", ", Silent)}");
        }

        if (Offline.Count > 0)
        {
            text.Append(chinese ? $"\n- 离线：{string.Join("、", Offline)}" : $"\n- Offline: {string.Join(", ", Offline)}");
        }

        foreach (var group in Groups)
        {
            var (names, checkedWell) = (string.Join(chinese ? "、" : ", ", group.Nodes), group.Verified ? (chinese ? "已验证" : "verified") : (chinese ? "仅声明" : "claimed"));
            var state = group.ExitCode is { } code and not 0 ? (chinese ? $"退出码 {code}" : $"exit code {code}") : checkedWell;
            text.Append("\n\n**").Append(names).Append("** (").Append(state).Append(")\n\n").Append(group.Answer);
        }

        return text.ToString();
    }

    private static string Cut(string text) =>
        text.Length <= LongestAnswer ? text : string.Concat(text.AsSpan(0, LongestAnswer - (char.IsHighSurrogate(text[LongestAnswer - 1]) ? 1 : 0)), "…");
}

/// <summary>What came of one machine; without an answer, a failure and a stop nothing did in time.</summary>
internal sealed record FleetReply(string Node, string? Answer = null, int? ExitCode = null, bool Verified = false, string? Failure = null, bool Stopped = false);
