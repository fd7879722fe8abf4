using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Muster.Cli.Jobs;
using Muster.Cli.Jobs.Receipts;
using Muster.Cli.Jobs.Results;
using Muster.Client.Accounts;
using Muster.Client.Approvals;
using Muster.Client.Budgets;
using Muster.Client.Conversations;
using Muster.Client.Copies;
using Muster.Client.Jobs;
using Muster.Client.Machines;
using Muster.Client.Notes;
using Muster.Client.Plans;
using Muster.Client.Schedules;
using Muster.Client.Wallet;

namespace Muster.Cli.Terminal;

/// <summary>What <c>--json</c> prints: one object per line for lists, one object otherwise.</summary>
internal static class JsonLines
{
    private static readonly OutputJson _shapes = new(new JsonSerializerOptions(OutputJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Any value, as it is.</summary>
    public static JsonTypeInfo<JsonElement> Any => _shapes.JsonElement;

    public static void Write<T>(TextWriter output, T value) => output.WriteLine(JsonSerializer.Serialize(value, typeof(T), _shapes));

    public static void Write<T>(TextWriter output, IReadOnlyList<T> items)
    {
        foreach (var item in items)
        {
            Write(output, item);
        }
    }
}

internal sealed record SettingLine(string Key, string Value, string Source);

internal sealed record CheckLine(string Check, string State, string Text, string? Fix);

/// <param name="Values">In the order in which they were measured, in <paramref name="Unit"/>.</param>
internal sealed record MeasureLine(string Name, string Unit, string? Target, double Median, double P95, IReadOnlyList<double> Values);

internal sealed record StartLine(string Url, string? OwnerLink, string? Node, string? Folder, string? Model, string? Isolation);

internal sealed record FolderLine(string Folder);

internal sealed record BackupLine(string File, long Bytes, string Version, DateTimeOffset At, long Rows, int Files);

internal sealed record StatusLine(string Url, string Version, bool Claimed, string? User, int Unread, int NodesOnline, int Nodes, bool Embedded);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlanInfo))]
[JsonSerializable(typeof(NodeInfo))]
[JsonSerializable(typeof(ConversationInfo))]
[JsonSerializable(typeof(InboxItem))]
[JsonSerializable(typeof(NoteInfo))]
[JsonSerializable(typeof(OwnerLink))]
[JsonSerializable(typeof(UserInfo))]
[JsonSerializable(typeof(UserAccount))]
[JsonSerializable(typeof(PasswordReset))]
[JsonSerializable(typeof(Invitation))]
[JsonSerializable(typeof(InviteInfo))]
[JsonSerializable(typeof(SessionInfo))]
[JsonSerializable(typeof(NewKey))]
[JsonSerializable(typeof(KeyInfo))]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(AuditCheck))]
[JsonSerializable(typeof(NodePermissions))]
[JsonSerializable(typeof(NodePool))]
[JsonSerializable(typeof(Enrolment))]
[JsonSerializable(typeof(SettingLine))]
[JsonSerializable(typeof(CheckLine))]
[JsonSerializable(typeof(MeasureLine))]
[JsonSerializable(typeof(StartLine))]
[JsonSerializable(typeof(StatusLine))]
[JsonSerializable(typeof(ApprovalInfo))]
[JsonSerializable(typeof(FolderLine))]
[JsonSerializable(typeof(WalletInfo))]
[JsonSerializable(typeof(WalletEntry))]
[JsonSerializable(typeof(TransferInfo))]
[JsonSerializable(typeof(BackupLine))]
[JsonSerializable(typeof(JobInfo))]
[JsonSerializable(typeof(SteeredInfo))]
[JsonSerializable(typeof(TaskInfo))]
[JsonSerializable(typeof(JobPreview))]
[JsonSerializable(typeof(WhyInfo))]
[JsonSerializable(typeof(EventLine))]
[JsonSerializable(typeof(ResultLine))]
[JsonSerializable(typeof(QuoteLine))]
[JsonSerializable(typeof(ReceiptLine))]
[JsonSerializable(typeof(CopyInfo))]
[JsonSerializable(typeof(Muster.Protocol.Transfers.ArtifactInfo))]
[JsonSerializable(typeof(Budget))]
[JsonSerializable(typeof(ScheduleInfo))]
internal sealed partial class OutputJson : JsonSerializerContext;
