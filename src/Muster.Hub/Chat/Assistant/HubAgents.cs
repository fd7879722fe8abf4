using Microsoft.Extensions.DependencyInjection;
using Muster.Agents.Journal;
using Muster.Agents.Loop;
using Muster.Agents.Models;
using Muster.Agents.Offline;
using Muster.Agents.Providers;
using Muster.Agents.Tools;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Chat.Tools;
using Muster.Hub.Ledger;
using Muster.Hub.Spending;
using Muster.Protocol.Ids;

namespace Muster.Hub.Chat.Assistant;

/// <summary>Makes a fresh agent for each run on the hub: its prompt, model and tools.</summary>
/// <param name="services">For the desk of what tools ask, whose areas reach back to what starts runs.</param>
internal sealed class HubAgents(HubOptions hub, AssistantOptions options, HubGate gate, HubPurses purses, IServiceProvider services, TimeProvider time)
{
    private const int MaxTurns = 20;
    private readonly ModelStream _rules = OfflineModel.Create(time);
    private readonly HubPrompt _prompt = new(hub.Home, time);

    public IReadOnlyList<string> Models => options.HasModel ? [.. options.Models!.Models.Select(model => model.Name)] : [];

    /// <param name="chosen">For the conversation; null: the default.</param>
    public string ModelName(string? chosen) => Model(chosen) is { } model ? model.Model ?? model.Name : OfflineModel.Name;

    public AgentOptions Options(RunRow run, UserRow user, IRunJournal journal, string? chosen)
    {
        var model = Model(chosen);
        return new AgentOptions
        {
            Model = model is null ? _rules : options.Models!.Stream(model.Name, purses.For(run, user)),
            ModelName = ModelName(chosen),
            System = _prompt.Build(),
            Tools = HubTools.For((method, json, cancel) => AskAsync(run, user, method, json, cancel), user.Rank == Role.Guest, time),
            Hooks = new AgentHooks
            {
                BeforeToolCall = async (tool, call, abort) => HubTools.Asks(tool.Name) ? await gate.AskAsync(run, tool, call, abort) : null,
            },
            Settings = new ModelSettings(model?.MaxTokens, Thinking: model?.Thinking),
            MaxTurns = MaxTurns,
            ContextWindow = model?.ContextWindow ?? new AgentOptions { Model = _rules, ModelName = "" }.ContextWindow,
            Rules = options.Rules,
            Journal = journal,
            Time = time,
            NewMessageId = () => Id<Message>.New(time).ToString(),
        };
    }

    /// <summary>A name that the hub has not was said to be none when the run was begun.</summary>
    private ModelOptions? Model(string? chosen) => !options.HasModel ? null : (chosen is null ? null : options.Models!.Find(chosen)) ?? options.Models!.Default;

    private async Task<string> AskAsync(RunRow run, UserRow user, string method, string json, CancellationToken cancel)
    {
        var (desk, call) = (services.GetRequiredService<HubCallDesk>(), Id<Key>.New(time).ToString());
        try
        {
            return await desk.AnswerAsync(run, HubMachine.Snapshot, user.Id, call, method, json, cancel);
        }
        catch (Exception refused) when (refused is ApiException or LedgerException)
        {
            throw new ToolException(refused.Message);
        }
    }
}
