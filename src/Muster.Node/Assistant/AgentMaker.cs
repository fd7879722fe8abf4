using Muster.Agents.Loop;
using Muster.Agents.Mcp;
using Muster.Agents.Models;
using Muster.Agents.Offline;
using Muster.Agents.Providers;
using Muster.Agents.Skills;
using Muster.Agents.Tools;
using Muster.Node.Background;
using Muster.Node.Coding;
using Muster.Node.Folders;
using Muster.Node.Policy;
using Muster.Node.Skills;
using Muster.Node.Tools;
using Muster.Node.Undo;
using Muster.Protocol.Ids;
using Muster.Protocol.Wire;

namespace Muster.Node.Assistant;

/// <summary>What the calls of every run go through or to.</summary>
/// <param name="Name">The machine's name as the hub knows it, which can change.</param>
internal sealed record RunServices(ApprovalGate Approvals, HubQuestions Hub, BackgroundTools Background, UndoJournal Undo, CodingDesk Coding, Func<string> Name);

/// <summary>Makes a fresh agent for each run: its prompt, model, tools, and the checks before each call.</summary>
internal sealed class AgentMaker(
    NodeOptions options, IReadOnlyList<Tool> tools, TrustedFolders trusted, McpServers servers, RunServices services)
{
    private readonly CallGate _gate = new(options);
    private readonly SkillScripts _scripts = new(options.Tools, options.Time);
    private readonly MachineSkills _skills = new(options.Tools);
    private readonly ModelStream _handOn = DirectModel.Create(options.Time);

    public string ModelName(Forward forward) => IsHandedOn(forward) ? DirectModel.Name : IsCommand(forward) ? OfflineModel.Name : ModelOf(forward).Model ?? ModelOf(forward).Name;

    /// <summary>
    /// Answered by the model, which may look at the notes and nowhere else. The built-in rules know nothing but their tools, and where there are tools of
    /// the owner's choice nobody can tell what they know.
    /// </summary>
    public bool IsDirect(Forward forward) => ModelOf(forward).Provider != ModelProvider.Offline && !IsHandedOn(forward) && !IsCommand(forward) && !services.Coding.HasActive(forward)
        && options.McpServers.Count == 0 && _skills.Find().Skills.Count == 0 && !_scripts.Any && DirectQuestion.Is(forward.Text, services.Name());

    public async ValueTask<AgentOptions> OptionsAsync(RunNeeds needs, CancellationToken abort)
    {
        var forward = needs.Forward;
        var skills = _skills.Find();
        var model = ModelOf(forward);
        return new AgentOptions
        {
            Model = IsHandedOn(forward) ? _handOn : IsCommand(forward) || model.Provider == ModelProvider.Offline ? OfflineModel.Create(options.Time, services.Name()) : options.Models.Stream(model.Name, new HubPurse(services.Hub, new HubAsker(forward.RunId), options.Time)),
            ModelName = ModelName(forward),
            System = new SystemPrompt(options.Tools, services.Name(), options.Time).Build(trusted.IsTrusted(options.Tools.WorkingDir), SkillTool.Listing(skills)),
            Tools = IsDirect(forward) ? [.. OfHub(forward).Where(tool => tool.Name == "memory_read")] : await ToolsAsync(needs, skills, abort),
            Settings = new ModelSettings(model.MaxTokens, Thinking: model.Thinking),
            Hooks = new AgentHooks
            {
                BeforeToolCall = (tool, call, stop) => BeforeAsync(forward, tool, call, stop),
                AfterToolCall = async (tool, call, outcome, _) =>
                {
                    await services.Undo.AfterAsync(forward, tool, call);
                    return outcome;
                },
            },
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
            .. tools,
            .. OfHub(needs.Forward),
            services.Coding.For(needs.Forward, needs.OnKilled),
        ];
        if (IsHandedOn(needs.Forward) || IsCommand(needs.Forward))
        {
            return services.Background.Around(needs, own);
        }

        var (external, problems) = await servers.ToolsAsync(abort);
        foreach (var problem in problems)
        {
            needs.OnProblem(problem);
        }

        var scripts = await _scripts.ToolsAsync(own, needs.OnProblem, abort);
        return services.Background.Around(needs, skills.Skills.Count == 0 ? [.. own, .. scripts, .. external] : [.. own, new SkillTool(skills), .. scripts, .. external]);
    }

    private IEnumerable<Tool> OfHub(Forward forward) => ToolSet.OfHub(services.Hub.For(forward.RunId), options.Time);

    /// <summary>The one that was chosen for the conversation. The hub knows which ones there are; one that has gone since is not waited for.</summary>
    private ModelOptions ModelOf(Forward forward) => (forward.Model.Length > 0 ? options.Models.Find(forward.Model) : null) ?? options.Models.Default;

    /// <summary>All that is said in this conversation goes to a coding session; what the hub made of a command does not.</summary>
    private bool IsHandedOn(Forward forward) => !forward.PlainCommand && services.Coding.IsDirect(forward);

    /// <summary>A command line that a person typed is run as it stands; no model decides about it.</summary>
    private static bool IsCommand(Forward forward) => forward.PlainCommand || forward.Text.TrimStart().StartsWith("$ ", StringComparison.Ordinal);

    private async ValueTask<string?> BeforeAsync(Forward forward, Tool tool, ToolCall call, CancellationToken abort)
    {
        if (await CheckAsync(forward, tool, call, abort) is { } refusal)
        {
            return refusal;
        }

        await services.Undo.BeforeAsync(forward, tool, call, abort);
        return null;
    }

    private async ValueTask<string?> CheckAsync(Forward forward, Tool tool, ToolCall call, CancellationToken abort)
    {
        if (forward.Guest && !GuestTools.Allow(tool.Name, call.Arguments))
        {
            return GuestTools.Refusal(tool.Name, forward.Language);
        }

        var decided = await _gate.DecideAsync(tool, call, abort);
        return decided.Action switch
        {
            PolicyAction.Allow => null,
            PolicyAction.Deny => decided.Reason,
            _ => await _gate.AskAsync(services.Approvals, new ApprovalRequest { RunId = forward.RunId, ConversationId = forward.ConversationId }, tool, call, decided, abort),
        };
    }
}
