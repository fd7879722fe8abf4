using Muster.Agents.Tools;
using Muster.Node.Background;
using Muster.Node.Coding;
using Muster.Node.Policy;
using Muster.Node.Skills;
using Muster.Protocol.Wire;

namespace Muster.Node.Assistant;

/// <summary>Whether an agent may make a call of a tool: by the owner's rules, and where those ask, by a person who is shown just what would be done.</summary>
internal sealed class CallGate(NodeOptions options)
{
    private readonly ToolPolicy _policy = new(options.Tools.WorkingDir, options.Policy, options.Rules);

    public async ValueTask<CallDecision> DecideAsync(Tool tool, ToolCall call, CancellationToken abort)
    {
        var decision = tool is PythonSkillTool
            ? _policy.DecideSkill(tool.Name, call.Arguments, options.Tools.Isolation)
            : _policy.Decide(tool.Name, call.Arguments, tool.Name == CodingSessionTool.ToolName || BackgroundPrompt.Is(tool.Name, call.Arguments) ? options.Coding.Isolation : options.Tools.Isolation);
        var outside = OutsideFolder.Of(tool.Name, call.Arguments, options.Tools.WorkingDir);
        if (outside is not null && decision.Action != PolicyAction.Deny)
        {
            decision = PolicyDecision.Ask($"It would run in {outside}, outside of the working folder {options.Tools.WorkingDir}.");
        }

        if (decision.Action == PolicyAction.Ask && await tool.ReasonAsync(call, abort) is { } exact)
        {
            decision = PolicyDecision.Ask(exact);
        }

        return new CallDecision(decision, outside);
    }

    /// <summary>A yes is to what was shown: where a file has changed meanwhile, the person is asked anew.</summary>
    /// <param name="by">Whose call it is, and the conversation in which it is asked about.</param>
    /// <returns>Null when a person said yes; else why not, for the model.</returns>
    public async ValueTask<string?> AskAsync(ApprovalGate approvals, ApprovalRequest by, Tool tool, ToolCall call, CallDecision decided, CancellationToken abort)
    {
        while (true)
        {
            var preview = tool.Preview(call) ?? "";
            var request = new ApprovalRequest(by)
            {
                Tool = tool.Name, ArgumentsJson = call.Arguments.GetRawText(), Folder = decided.Outside ?? options.Tools.WorkingDir, Reason = decided.Reason, Preview = preview,
            };
            if (await approvals.AskAsync(request, call.Id, abort) is { } refusal)
            {
                return refusal;
            }

            if ((tool.Preview(call) ?? "") == preview)
            {
                return null;
            }
        }
    }
}

/// <param name="Outside">The folder outside of the working folder that a command would run in; null: it runs where it may.</param>
internal sealed record CallDecision(PolicyDecision Decision, string? Outside)
{
    public PolicyAction Action => Decision.Action;

    public string Reason => Decision.Reason;
}
