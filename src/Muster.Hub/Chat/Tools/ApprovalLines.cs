using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Muster.Hub.Api;
using Muster.Protocol.Ids;

namespace Muster.Hub.Chat.Tools;

/// <summary>Calls that wait for a yes, as they are written in a conversation.</summary>
internal static class ApprovalLines
{
    private const int LongestArguments = 300;

    /// <summary>What would run, and where.</summary>
    public static string Of(ApprovalModel approval)
    {
        var arguments = Plain(approval.Arguments);
        return $"{approval.Tool} {(arguments.Length <= LongestArguments ? arguments : arguments[..LongestArguments] + "…")} ({approval.Node}, {approval.Folder})";
    }

    /// <summary>Each on a line of its own, with the id by which it is answered.</summary>
    public static string Of(IEnumerable<ApprovalModel> approvals) => string.Concat(approvals.Select(approval => $"\n#{Id<Approval>.Parse(approval.Id).Short}  {Of(approval)}"));

    /// <summary>To somebody who answers in words of their own.</summary>
    public static string Unanswered(IReadOnlyList<ApprovalModel> waiting, bool chinese) =>
        (chinese ? "这没有回答等待批准的操作，也没有告诉任何人。/approve 允许，/deny 拒绝（有几个时加编号）：" : "That answers no approval, and nobody was told it. /approve allows what waits, /deny refuses it, with the id where several wait:")
        + Of(waiting);

    // As it will run: only what would hide or reorder text is spelled out.
    private static string Plain(JsonElement arguments) => string.Concat(
        JsonSerializer.Serialize(arguments, _json.JsonElement).Select(letter => char.GetUnicodeCategory(letter) is UnicodeCategory.Format or UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}") : letter.ToString()));

    private static readonly HubJson _json = new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
