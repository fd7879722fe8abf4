using System.Text.Json;
using Muster.Protocol.Receipts;

namespace Muster.Cli.Jobs.Receipts;

/// <summary>What checking a receipt found, as --json prints it.</summary>
/// <param name="Problem">Why it proves nothing; null where it is valid.</param>
/// <param name="HubKey">Fingerprint of the key that the hub signed with; null where none can be read.</param>
internal sealed record ReceiptLine(bool Valid, string? Problem, string? HubKey)
{
    public string? Task { get; init; }

    public string? JobName { get; init; }

    public string? Step { get; init; }

    public int? Attempt { get; init; }

    public string? User { get; init; }

    public string? Node { get; init; }

    public string? NodeOwner { get; init; }

    public string? Outcome { get; init; }

    public int? ExitCode { get; init; }

    public string? Cost { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The rest is told only of a receipt that is valid: else nobody vouches for it.</summary>
    public static ReceiptLine Of(Receipt receipt, IReadOnlyList<string> mistakes)
    {
        if (mistakes.Count > 0)
        {
            var readable = Convert.TryFromBase64String(receipt.HubKey, new byte[receipt.HubKey.Length], out _);
            return new ReceiptLine(false, string.Join(' ', mistakes), readable ? ReceiptCheck.Fingerprint(receipt.HubKey) : null);
        }

        var account = JsonSerializer.Deserialize(receipt.Account, ReceiptAccountJson.Default.ReceiptAccount)!;
        using var statement = JsonDocument.Parse(receipt.Statement);
        var said = statement.RootElement;
        return new ReceiptLine(true, null, ReceiptCheck.Fingerprint(receipt.HubKey))
        {
            Task = account.Task, JobName = account.JobName, Step = account.Step, Attempt = said.GetProperty("attempt").GetInt32(), User = account.User, Node = account.NodeName,
            NodeOwner = account.NodeOwner, Outcome = said.GetProperty("outcome").ToString(), ExitCode = said.GetProperty("exit_code").GetInt32(), Cost = account.Cost, EndedAt = account.EndedAt,
        };
    }
}
