using System.Security.Cryptography;
using System.Text;
using Muster.Agents.Tools;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Chat.Tools;
using Muster.Protocol.Ids;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Chat.Assistant;

/// <summary>
/// Asks a person about a call of the hub's own assistant, and waits. Question and answer are in the database: after a restart the run asks
/// the same again, and an answer that was given meanwhile counts.
/// </summary>
internal sealed class HubGate(Database database, Approvals approvals, TimeProvider time)
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(500);

    /// <returns>Null when a person said yes; else why not, for the model.</returns>
    public async ValueTask<string?> AskAsync(RunRow run, Tool tool, ToolCall call, CancellationToken abort)
    {
        var arguments = call.Arguments.GetRawText();
        if (await database.ReadAsync(tx => Approvals.IsRemembered(tx, run.ConversationId, tool.Name, arguments), abort))
        {
            return null;
        }

        var id = Id<Approval>.Within(Id<Run>.Parse(run.Id), call.Id).ToString();
        var request = new ApprovalRequest
        {
            ApprovalId = id, RunId = run.Id, ConversationId = run.ConversationId, Tool = tool.Name, ArgumentsJson = arguments, ExpiresSeconds = _patience.TotalSeconds,
            Reason = await tool.ReasonAsync(call, abort) ?? $"{tool.Name} acts on your machines.", Digest = Digest(id, tool.Name, arguments),
        };
        if (await database.WriteAsync(tx => approvals.AskHere(tx, run, request), abort) is { } refusal)
        {
            return refusal;
        }

        while (true)
        {
            switch (await database.ReadAsync(tx => Approvals.StateOf(tx, id), abort))
            {
                case ("allowed", _):
                    return null;
                case ("denied", var by):
                    return $"{by ?? "A person"} did not allow this call.";
                case ("expired" or "withdrawn", _):
                    return $"Nobody answered within {_patience.TotalMinutes:0} minutes, so this call was not made.";
                default:
                    await Task.Delay(_look, time, abort);
                    break;
            }
        }
    }

    /// <summary>Each part with its length before it, so that none can pass for another.</summary>
    private static string Digest(params string[] parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(parts.Select(part => $"{part.Length}:{part}")))));
}
