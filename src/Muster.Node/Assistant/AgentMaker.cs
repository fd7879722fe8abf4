using Muster.Agents.Loop;
using Muster.Agents.Mcp;
using Muster.Agents.Models;
using Muster.Agents.Offline;
using Muster.Agents.Skills;
using Muster.Agents.Tools;
using Muster.Node.Coding;
using Muster.Node.Folders;
using Muster.Node.Policy;
using Muster.Node.Tools;
using Muster.Protocol.Ids;
using Muster.Protocol.Wire;

namespace Muster.Node.Assistant;

/// <summary>Makes a fresh agent for each run: its prompt, model, tools, and the checks before each call.</summary>
internal sealed class AgentMaker(NodeOptions options, IReadOnlyList<Tool> tools, TrustedFolders trusted, McpServers servers, ApprovalGate approvals, HubQuestions hub, CodingDesk coding)
{
    private readonly ToolPolicy _policy = new(options.Policy);
    private readonly ModelStream _rules = OfflineModel.Create(options.Time);
    private readonly ModelStream _handOn = DirectModel.Create(options.Time);

    public string ModelName(Forward forward) => IsHandedOn(forward) ? DirectModel.Name : IsCommand(forward) ? OfflineModel.Name : options.Models.Default.Model ?? options.Models.Default.Name;

    /// <summary>Answered by the model alone, in one call.</summary>
    public bool IsDirect(Forward forward) => !IsHandedOn(forward) && !IsCommand(forward) && !coding.HasActive(forward) && DirectQuestion.Is(forward.Text, options.Name);

    public async ValueTask<AgentOptions> OptionsAsync(RunNeeds needs, CancellationToken abort)
    {
        var forward = needs.Forward;
        var isTrusted = trusted.IsTrusted(options.Tools.WorkingDir);
        var skills = SkillFinder.Find(SkillRoots(isTrusted));
        var model = options.Models.Default;
        return new AgentOptions
        {
            Model = IsHandedOn(forward) ? _handOn : IsCommand(forward) ? _rules : options.Models.Stream(model.Name),
            ModelName = ModelName(forward),
            System = new SystemPrompt(options.Tools, options.Name, options.Time).Build(isTrusted, SkillTool.Listing(skills)),
            Tools = IsDirect(forward) ? [] : await ToolsAsync(needs, skills, abort),
            Settings = new ModelSettings(model.MaxTokens, Thinking: model.Thinking),
            Hooks = new AgentHooks { BeforeToolCall = (tool, call, stop) => CheckAsync(forward, tool, call, stop) },
            MaxTurns = options.MaxTurns,
            ContextWindow = model.ContextWindow,
            Rules = options.Rules,
            Journal = needs.Journal,
            Time = options.Time,
            NewMessageId = () => Id<Message>.New(options.Time).ToString(),
        };
    }

    private async ValueTask<IReadOnlyList<Tool>> ToolsAsync(RunNeeds needs, SkillCatalog skills, CancellationToken abort)
    {
        IReadOnlyList<Tool> own =
        [
            .. tools.Select(tool => tool is ShellTool shell ? shell.Counting(needs.OnKilled) : tool),
            .. ToolSet.OfHub(hub.For(needs.Forward.RunId), options.Time),
            coding.For(needs.Forward, needs.OnKilled),
        ];
        if (IsHandedOn(needs.Forward) || IsCommand(needs.Forward))
        {
            return own;
        }

        var (external, problems) = await servers.ToolsAsync(abort);
        foreach (var problem in problems)
        {
            needs.OnProblem(problem);
        }

        return skills.Skills.Count == 0 ? [.. own, .. external] : [.. own, new SkillTool(skills), .. external];
    }

    /// <summary>All that is said in this conversation goes to a coding session; what the hub made of a command does not.</summary>
    private bool IsHandedOn(Forward forward) => !forward.PlainCommand && coding.IsDirect(forward);

    /// <summary>A command line that a person typed is run as it stands; no model decides about it.</summary>
    private static bool IsCommand(Forward forward) => forward.PlainCommand || forward.Text.TrimStart().StartsWith("$ ", StringComparison.Ordinal);

    /// <summary>The owner's skills, and the working folder's when its owner trusts it.</summary>
    private IEnumerable<string> SkillRoots(bool isTrusted)
    {
        yield return Path.Combine(options.Tools.Home, "skills");
        if (isTrusted)
        {
            yield return Path.Combine(options.Tools.WorkingDir, ".agents", "skills");
            yield return Path.Combine(options.Tools.WorkingDir, ".muster", "skills");
        }
    }

    private async ValueTask<string?> CheckAsync(Forward forward, Tool tool, ToolCall call, CancellationToken abort)
    {
        if (forward.Guest && !GuestTools.Allow(tool.Name))
        {
            return GuestTools.Refusal(tool.Name, forward.Language);
        }

        var decision = _policy.Decide(tool.Name, call.Arguments, tool.Name == CodingSessionTool.ToolName ? options.Coding.Isolation : options.Tools.Isolation);
        return decision.Action switch
        {
            PolicyAction.Allow => null,
            PolicyAction.Deny => decision.Reason,
            _ => await approvals.AskAsync(
                new ApprovalRequest
                {
                    RunId = forward.RunId,
                    ConversationId = forward.ConversationId,
                    Tool = tool.Name,
                    ArgumentsJson = call.Arguments.GetRawText(),
                    Folder = options.Tools.WorkingDir,
                    Reason = decision.Reason,
                },
                call.Id,
                abort),
        };
    }
}
