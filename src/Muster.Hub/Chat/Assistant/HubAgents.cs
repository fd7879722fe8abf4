using Microsoft.Extensions.DependencyInjection;
using Muster.Agents.Journal;
using Muster.Agents.Loop;
using Muster.Agents.Models;
using Muster.Agents.Offline;
using Muster.Agents.Tools;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Chat.Tools;
using Muster.Hub.Spending;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Chat.Assistant;

/// <summary>Makes a fresh agent for each run on the hub: its prompt, model and tools.</summary>
/// <param name="services">For the desk of what tools ask, whose areas reach back to what starts runs.</param>
internal sealed class HubAgents(HubOptions hub, AssistantOptions options, HubPurses purses, Database database, IServiceProvider services, TimeProvider time)
{
    private const int MaxTurns = 20;
    private readonly ModelStream _rules = OfflineModel.Create(time);
    private readonly HubPrompt _prompt = new(hub.Home, time);

    public string ModelName => options.HasModel ? options.Models!.Default.Model ?? options.Models.Default.Name : OfflineModel.Name;

    public AgentOptions Options(RunRow run, UserRow user, IRunJournal journal)
    {
        var model = options.HasModel ? options.Models!.Default : null;
        return new AgentOptions
        {
            Model = model is null ? _rules : options.Models!.Stream(model.Name, purses.For(run, user)),
            ModelName = ModelName,
            System = _prompt.Build(),
            Tools = HubTools.For((method, json, cancel) => AskAsync(run, user, method, json, cancel), user.Rank == Role.Guest, time),
            Settings = new ModelSettings(model?.MaxTokens, Thinking: model?.Thinking),
            MaxTurns = MaxTurns,
            ContextWindow = model?.ContextWindow ?? new AgentOptions { Model = _rules, ModelName = "" }.ContextWindow,
            Rules = options.Rules,
            Journal = journal,
            Time = time,
            NewMessageId = () => Id<Message>.New(time).ToString(),
        };
    }

    private async Task<string> AskAsync(RunRow run, UserRow user, string method, string json, CancellationToken cancel)
    {
        var (desk, call) = (services.GetRequiredService<HubCallDesk>(), Id<Key>.New(time).ToString());
        try
        {
            return await database.WriteAsync(tx => desk.Answer(tx, run, HubMachine.Snapshot, user.Id, call, method, json), cancel);
        }
        catch (ApiException refused)
        {
            throw new ToolException(refused.Message);
        }
    }
}
