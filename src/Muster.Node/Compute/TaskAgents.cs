using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Muster.Agents.Journal;
using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Agents.Offline;
using Muster.Agents.Providers;
using Muster.Agents.Skills;
using Muster.Agents.Tools;
using Muster.Node.Assistant;
using Muster.Node.Compute.Agents;
using Muster.Node.Folders;
using Muster.Node.Policy;
using Muster.Node.Sandbox.Tasks;
using Muster.Node.Skills;
using Muster.Node.Tools;
using Muster.Node.Undo;
using Muster.Protocol.Ids;
using Muster.Protocol.Wire;

namespace Muster.Node.Compute;

/// <summary>
/// Runs <c>agent</c> tasks: a fresh agent with the worker's prompt and without memory for each. A person is asked only about
/// steps of a plan, in its conversation; what would ask in another task is refused. It acts on the world, so it stops at the next call of a tool once its lease is over.
/// </summary>
/// <param name="undo">Writes down what is changed for a message of a conversation.</param>
/// <param name="name">The machine's name as the hub knows it; null: it knows none.</param>
/// <param name="hub">Asked before calls of models where a limit holds; null where all tasks are this machine's own.</param>
/// <param name="approvals">Asks people for steps of plans; null as for <paramref name="hub"/>.</param>
internal sealed class TaskAgents(
    NodeOptions options, IReadOnlyList<Tool> tools, Func<bool> leaseIsOver, UndoJournal? undo = null, HubQuestions? hub = null, ApprovalGate? approvals = null, Func<string>? name = null)
{
    private const string LeaseIsOver = "The hub has not been heard for so long that this task may have been given up: nothing more is done.";

    private readonly CallGate _gate = new(options);
    private readonly ConfinedFolder _folder = new(options.Tools.WorkingDir, options.Tools.Home, options.Tools.UserHome, options.Tools.Kept);
    private readonly SkillScripts _scripts = new(options.Tools, options.Time);
    private readonly MachineSkills _skills = new(options.Tools);

    private string Name => name?.Invoke() ?? options.Name;

    /// <summary>Where the files of a task lie that is given some, or hands some on.</summary>
    public TaskFiles FilesOf(Work work, Lease lease) => new(_folder, work, lease);

    public async Task RunAsync(AttemptResult result, Work work, TaskClock clock, ISandboxOutput log, TaskMessages messages, CancellationToken stop, TaskFiles? files = null)
    {
        if ((Unable(work) ?? Unpaid(work)) is { } sentence)
        {
            (result.Outcome, result.ExitCode, result.Error) = ("failed", 1, sentence);
            return;
        }

        var before = clock.Spent;
        var task = new AgentTask(work, clock, log) { Attempt = result.Ref, Purse = new TaskPurse(Limited(result.Ref, work, clock)), Messages = messages, Files = files };
        var (end, evidence, tooLong) = await PromptAsync(task, stop);
        result.Heard.Add(messages.Heard);
        result.Usage = new ResourceUse { WallSeconds = (clock.Spent - before).TotalSeconds, ModelMicro = (ulong)task.Purse.Spent };
        Describe(result, end, evidence, tooLong, stop.IsCancellationRequested);
        if (result.Outcome == "succeeded" && work.ConversationId.Length == 0 && IsByRules(work) && evidence.Pieces is [.., { Passed: false } failed])
        {
            // Nobody has read what came of it: a command that failed is a task that failed. Of a request to many machines each answer is told as it is.
            (result.Outcome, result.ExitCode) = ("failed", failed.ExitCode is > 0 and var code ? code : 1);
            result.Error = failed.ExitCode is { } ended ? $"\"{failed.Subject}\" ended with exit code {ended}." : $"\"{failed.Subject}\" failed.";
        }
    }

    /// <summary>Runs the objective of a task to its end; nothing of the agent is kept.</summary>
    public async Task<TaskOutcome> PromptAsync(AgentTask task, CancellationToken stop)
    {
        var (work, clock, log) = task;
        clock.Limit(TimeSpan.FromSeconds(work.TimeoutSeconds));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, clock.Over);
        var evidence = new TaskEvidence(_folder);
        var agent = new Agent(OptionsOf(task, await MeansAsync(work, log, stop), evidence));
        using var listening = agent.Subscribe((told, _) =>
        {
            Tell(told, log);
            return ValueTask.CompletedTask;
        });
        var prompt = new UserMessage
        {
            Id = Id<Message>.New(options.Time).ToString(), At = options.Time.GetUtcNow(), Content = [new TextBlock(PromptOf(work, task.Files))],
        };
        // The built-in rules take a request as it was made.
        var end = task.Messages is null || IsByRules(work) ? await agent.PromptAsync([prompt], either.Token) : await task.Messages.RunAsync(agent, prompt, log, either.Token);
        return new TaskOutcome(end, evidence, clock.Over.IsCancellationRequested);
    }

    /// <summary>Why nothing can come of it: the built-in rules answer what they do not know with what they know.</summary>
    public string? Unable(Work work) => options.Models.Default.Provider != ModelProvider.Offline || OfflineModel.CallFor(AskedOf(work)) is { } known && tools.Any(tool => tool.Name == known.Tool)
        ? null
        : $"{Name} has no model, and the built-in rules do not know this request: set a model there (docs/configuration.md), or ask for something plain, such as \"$ df -h\".";

    /// <summary>Of somebody else's task for which nothing was set aside: this machine's owner pays for no model of theirs.</summary>
    private string? Unpaid(Work work) => work.Owner || work.HasMaxModelMicro || work.Counted || CommandOf(work) is not null || !options.Models.IsPriced(options.Models.Default.Name)
        ? null
        : $"The model of {Name} costs credits, and this task does not say how many it may cost: submit it with max_model_cpt, such as max_model_cpt: 0.5.";

    private HubPurse? Limited(AttemptRef attempt, Work work, TaskClock clock) =>
        hub is not null && (work.HasMaxModelMicro || work.Counted) ? new HubPurse(hub, new HubAsker("", attempt), options.Time, clock.Halt) : null;

    /// <summary>Without what the steps before it said.</summary>
    private static string AskedOf(Work work) => work.Asked is > 0 and var length && length < work.Objective.Length ? work.Objective[..(int)length] : work.Objective;

    /// <summary>The built-in rules know the request as it was asked and nothing beside it.</summary>
    private string PromptOf(Work work, TaskFiles? files) =>
        IsByRules(work) ? AskedOf(work) : work.Objective + files?.Note;

    private bool IsByRules(Work work) => options.Models.Default.Provider == ModelProvider.Offline || CommandOf(work) is not null;

    /// <summary>A command line is run as it stands; no model decides about it.</summary>
    private static string? CommandOf(Work work) =>
        AskedOf(work).StartsWith("$ ", StringComparison.Ordinal) && OfflineModel.CallFor(AskedOf(work)) is { Tool: "shell" } call ? Arguments.Find(call.Arguments, "command")?.GetString() : null;

    /// <summary>
    /// The tools that the task names, by the tool or by the file of skills in Python that has it, and the skills that it names. Where it names no tool it
    /// has all, and where it names no skill all of the machine.
    /// </summary>
    private async Task<TaskMeans> MeansAsync(Work work, ISandboxOutput log, CancellationToken stop)
    {
        var scripts = await _scripts.ToolsAsync(tools, problem => log.Write(stderr: true, Encoding.UTF8.GetBytes($"muster: {problem}\n")), stop);
        IReadOnlyList<Tool> all = [.. tools.Select(tool => tool is ShellTool shell ? shell.ForRun(_ => { }) : tool), .. scripts];
        var catalog = CommandOf(work) is null ? _skills.Find() : SkillCatalog.Empty;
        var read = catalog.Skills.Where(skill => work.Skills.Contains(skill.Name)).ToList();
        var named = work.Skills.Except(read.Select(skill => skill.Name)).SelectMany(ToolNames.Expand).ToHashSet(StringComparer.Ordinal);
        catalog = read.Count == 0 ? catalog : catalog with { Skills = read };
        IReadOnlyList<Tool> some = named.Count == 0 ? all : [.. all.Where(tool => named.Contains(tool.Name) || (tool is PythonSkillTool script && named.Contains(script.Skill)))];
        return new TaskMeans(catalog.Skills.Count == 0 ? some : [.. some, new SkillTool(catalog)], SkillTool.Listing(catalog));
    }

    private AgentOptions OptionsOf(AgentTask task, TaskMeans means, TaskEvidence evidence)
    {
        var (work, clock, _) = task;
        var model = options.Models.Default;
        var changes = undo is null ? null : task.Request;
        return new AgentOptions
        {
            Model = Unpaused(IsByRules(work) ? OfflineModel.Create(options.Time, Name) : options.Models.Stream(model.Name, task.Purse), clock),
            SteeringMode = QueueMode.All,
            ModelName = CommandOf(work) is null ? model.Model ?? model.Name : OfflineModel.Name,
            System = new SystemPrompt(options.Tools, Name, options.Time).Worker(means.Skills),
            Tools = means.Tools,
            Settings = new ModelSettings(model.MaxTokens, Thinking: model.Thinking),
            Hooks = new AgentHooks
            {
                BeforeToolCall = async (tool, call, abort) =>
                {
                    await clock.RunningAsync(abort);
                    if (await RefusalAsync(task, tool, call, abort) is { } refusal)
                    {
                        return refusal;
                    }

                    if (changes is not null)
                    {
                        await undo!.BeforeAsync(changes, tool, call, abort);
                    }

                    return null;
                },
                AfterToolCall = async (tool, call, outcome, _) =>
                {
                    evidence.Add(tool.Name, call, outcome.Result, outcome.IsError);
                    if (!outcome.IsError)
                    {
                        task.Files?.Saw(tool.Name, call);
                    }

                    if (changes is not null)
                    {
                        await undo!.AfterAsync(changes, tool, call);
                    }

                    return outcome;
                },
            },
            MaxTurns = options.MaxTurns,
            ContextWindow = model.ContextWindow,
            Rules = options.Rules,
            Journal = new InMemoryJournal(),
            Time = options.Time,
            NewMessageId = () => Id<Message>.New(options.Time).ToString(),
        };
    }

    private static ModelStream Unpaused(ModelStream model, TaskClock clock)
    {
        return StreamAsync;

        async IAsyncEnumerable<ModelEvent> StreamAsync(ModelRequest request, [EnumeratorCancellation] CancellationToken abort)
        {
            await clock.RunningAsync(abort);
            await foreach (var happened in model(request, abort))
            {
                yield return happened;
            }
        }
    }

    /// <returns>Why it is not done, for the model; null: it may be.</returns>
    private async ValueTask<string?> RefusalAsync(AgentTask task, Tool tool, ToolCall call, CancellationToken abort)
    {
        if (leaseIsOver())
        {
            return LeaseIsOver;
        }

        var decided = await _gate.DecideAsync(tool, call, abort);
        if (decided.Action == PolicyAction.Allow || IsApproved(task.Work, tool, call, decided))
        {
            return null;
        }

        if (decided.Action == PolicyAction.Deny)
        {
            return decided.Reason;
        }

        if (approvals is null || hub is null || task is not { Work.Chat: { } chat, Attempt: { } attempt })
        {
            return $"{decided.Reason} In a task there is nobody to ask, so it is not done.";
        }

        string? refusal;
        using (task.Clock.Halt())
        {
            Write(task.Log, $"? {tool.Name} waits for a yes: {decided.Reason}");
            refusal = await _gate.AskAsync(approvals, new ApprovalRequest { Ref = attempt, ConversationId = chat.ConversationId }, tool, call, decided, abort);
        }

        await task.Clock.RunningAsync(abort);
        return refusal ?? await GivenUpAsync(hub, attempt, abort);
    }

    /// <summary>A yes may be old: it may have waited here while this machine stood still, and another have the task since.</summary>
    private async Task<string?> GivenUpAsync(HubQuestions asked, AttemptRef attempt, CancellationToken abort)
    {
        try
        {
            await asked.InsistAsync(new HubAsker("", attempt), "attempt.goes_on", "{}", abort);
            return leaseIsOver() ? LeaseIsOver : null;
        }
        catch (ToolException over)
        {
            return over.Message;
        }
    }

    /// <summary>A person said yes to this command for all of these machines, as it stands.</summary>
    private static bool IsApproved(Work work, Tool tool, ToolCall call, CallDecision decided) => decided is { Action: PolicyAction.Ask, Outside: null } && work.ApprovedBy.Length > 0
        && tool.Name == "shell" && CommandOf(work) is { } command && call.Optional("command") == command;

    private static void Tell(AgentEvent told, ISandboxOutput log)
    {
        var line = told switch
        {
            AgentEvent.MessageEnd { Message: AssistantMessage { Text.Length: > 0 } answer } => answer.Text,
            AgentEvent.ToolExecutionStart call => $"→ {call.ToolName} {call.Args.GetRawText()}",
            AgentEvent.ToolExecutionEnd { IsError: true } call => $"✗ {call.ToolName}",
            AgentEvent.Retrying again => $"The model is tried again in {again.Delay.TotalSeconds:0} s: {again.Error}",
            _ => null,
        };
        if (line is not null)
        {
            Write(log, line);
        }
    }

    private static void Write(ISandboxOutput log, string line) => log.Write(stderr: false, Encoding.UTF8.GetBytes(line + "\n"));

    private static void Describe(AttemptResult result, AgentEvent.AgentEnd end, TaskEvidence evidence, bool tooLong, bool stopped)
    {
        var answer = AnswerIn(end.Messages);
        result.Outcome = end.Outcome == RunOutcome.Completed ? "succeeded" : stopped ? "stopped" : tooLong ? "timed_out" : "failed";
        result.ExitCode = end.Outcome == RunOutcome.Completed ? 0 : 1;
        result.Error = end.Outcome == RunOutcome.Completed ? "" : end.Outcome == RunOutcome.TurnLimit ? "It used all of its turns." : end.Error ?? "";
        var json = JsonSerializer.SerializeToUtf8Bytes(new AgentTaskResult(Cut(answer), end.Messages.Count) { Verified = evidence.Verified && end.Outcome == RunOutcome.Completed, Evidence = evidence.Pieces }, AgentTaskJson.Default.AgentTaskResult);
        result.Result = Google.Protobuf.ByteString.CopyFrom(json);
        result.OutputsHash = Google.Protobuf.ByteString.CopyFrom(System.Security.Cryptography.SHA256.HashData(json));
    }

    /// <summary>The last message; where something was said after a whole answer, that answer too, which the last may only add to.</summary>
    private static string AnswerIn(IReadOnlyList<AgentMessage> messages)
    {
        var said = messages.OfType<AssistantMessage>().ToList();
        return string.Join("\n\n", said.Where((message, at) => at == said.Count - 1 || message is { StopReason: StopReason.Stop } && !message.Content.OfType<ToolCallBlock>().Any()).Select(message => message.Text).Where(text => text.Length > 0));
    }

    /// <summary>A result travels in a frame; the whole text is in the log.</summary>
    private static string Cut(string text) => text.Length <= 16_000 ? text : text[..16_000] + "…";
}

/// <summary>How the agent of a task ended, and what was seen of its work.</summary>
internal sealed record TaskOutcome(AgentEvent.AgentEnd End, TaskEvidence Evidence, bool TooLong);

/// <summary>What the agent of a task works with.</summary>
/// <param name="Skills">The listing of those that it may read; empty: none.</param>
internal sealed record TaskMeans(IReadOnlyList<Tool> Tools, string Skills);

/// <summary>The tools of tasks, what writes down what they change, and whom their models ask.</summary>
internal sealed record TaskTools(IReadOnlyList<Tool> All, UndoJournal Undo, HubQuestions Hub, ApprovalGate Approvals);

/// <summary>The shape of PiBot's results, and what was seen here of what was done.</summary>
internal sealed record AgentTaskResult(string Output, int MessageCount)
{
    public bool Verified { get; init; }

    public IReadOnlyList<EvidencePiece> Evidence { get; init; } = [];
}

[System.Text.Json.Serialization.JsonSourceGenerationOptions(PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.SnakeCaseLower)]
[System.Text.Json.Serialization.JsonSerializable(typeof(AgentTaskResult))]
internal sealed partial class AgentTaskJson : System.Text.Json.Serialization.JsonSerializerContext;
