using System.Text.Json;
using Muster.Agents.Tools;
using Muster.Node.Assistant;
using Muster.Node.Policy;
using Muster.Protocol.Transfers;
using Muster.Protocol.Wire;

namespace Muster.Node.Copies;

/// <summary>
/// Whether this machine gives or takes a file: by the owner's rules for the file tool that does the same. What an agent on another
/// machine wants needs a person's yes besides, unless a rule for <c>file_copy</c> decides.
/// </summary>
/// <param name="isOwn">Whether a run is one of this machine's.</param>
internal sealed class CopyRules(ToolPolicy policy, string folder, ApprovalGate approvals, Func<string, bool> isOwn)
{
    /// <exception cref="ToolException">It may not; the message is for whoever asked.</exception>
    public async Task CheckAsync(CopyOrder order, string path, CancellationToken cancel)
    {
        var tool = order.Step == CopyWords.Read ? "file_read" : "file_write";
        var arguments = JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["path"] = path }, CopyJson.Default.DictionaryStringString);
        var decision = policy.DecideCopy(tool, arguments, Otherwise(order));
        decision = order.RunId.Length == 0 ? decision.WithNobodyToAsk() : decision;
        var refusal = decision.Action switch
        {
            PolicyAction.Allow => null,
            PolicyAction.Deny => decision.Reason,
            _ => await approvals.AskAsync(
                new ApprovalRequest
                {
                    RunId = order.RunId, ConversationId = order.ConversationId, Tool = tool, ArgumentsJson = arguments.GetRawText(), Folder = folder, Reason = decision.Reason,
                },
                $"{order.CopyId}:{tool}",
                cancel),
        };
        if (refusal is not null)
        {
            throw new ToolException(refusal);
        }
    }

    private PolicyDecision Otherwise(CopyOrder order) => order.RunId.Length == 0 || isOwn(order.RunId)
        ? PolicyDecision.Allow
        : PolicyDecision.Ask(
            $"An agent on {order.AskedFrom} wants to {(order.Step == CopyWords.Read ? "copy this file from here" : "put a file here")}, and no rule for file_copy on this machine says that it may.");
}
