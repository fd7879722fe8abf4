using System.Text;
using System.Text.Json;
using Muster.Agents.Journal;
using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Agents.Tools;
using Muster.Node.Assistant;
using Muster.Node.Policy;
using Muster.Node.Sandbox.Tasks;
using Muster.Node.Skills;
using Muster.Node.Tools;
using Muster.Protocol.Ids;
using Muster.Protocol.Wire;

namespace Muster.Node.Compute;

/// <summary>
/// Runs <c>agent</c> tasks: a fresh agent with the worker's prompt and without memory for each. Nobody can be asked, so what would ask is
/// refused. It acts on the world, so it stops at the next call of a tool once its lease is over.
/// </summary>
internal sealed class TaskAgents(NodeOptions options, IReadOnlyList<Tool> tools, Func<bool> leaseIsOver)
{
    private readonly ToolPolicy _policy = new(options.Policy, options.Rules);
    private readonly SkillScripts _scripts = new(options.Tools, options.Time);

    public async Task RunAsync(AttemptResult result, Work work, ISandboxOutput log, CancellationToken stop)
    {
        var started = options.Time.GetTimestamp();
        var (end, tooLong) = await PromptAsync(work, log, stop);
        result.Usage = new ResourceUse { WallSeconds = options.Time.GetElapsedTime(started).TotalSeconds };
        Describe(result, end, tooLong, stop.IsCancellationRequested);
    }

    /// <summary>Runs the objective of a task to its end; nothing of the agent is kept.</summary>
    public async Task<(AgentEvent.AgentEnd End, bool TooLong)> PromptAsync(Work work, ISandboxOutput log, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(work.TimeoutSeconds), options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        var agent = new Agent(OptionsOf(work, await ToolsAsync(work, log, stop)));
        using var listening = agent.Subscribe((told, _) =>
        {
            Tell(told, log);
            return ValueTask.CompletedTask;
        });
        var prompt = new UserMessage
        {
            Id = Id<Message>.New(options.Time).ToString(), At = options.Time.GetUtcNow(), Content = [new TextBlock(work.Objective)],
        };
        return (await agent.PromptAsync([prompt], either.Token), limit.IsCancellationRequested);
    }

    /// <summary>All tools, or those that the task names: by the tool, or by the skill that has it.</summary>
    private async Task<IReadOnlyList<Tool>> ToolsAsync(Work work, ISandboxOutput log, CancellationToken stop)
    {
        var scripts = await _scripts.ToolsAsync(tools, problem => log.Write(stderr: true, Encoding.UTF8.GetBytes($"muster: {problem}\n")), stop);
        IReadOnlyList<Tool> all = [.. tools, .. scripts];
        var skills = work.Skills.SelectMany(ToolNames.Expand).ToHashSet(StringComparer.Ordinal);
        return skills.Count == 0 ? all : [.. all.Where(tool => skills.Contains(tool.Name) || (tool is PythonSkillTool script && skills.Contains(script.Skill)))];
    }

    private AgentOptions OptionsOf(Work work, IReadOnlyList<Tool> named)
    {
        var model = options.Models.Default;
        return new AgentOptions
        {
            Model = options.Models.Stream(model.Name),
            ModelName = model.Model ?? model.Name,
            System = new SystemPrompt(options.Tools, options.Name, options.Time).Soul("worker_soul.md"),
            Tools = named,
            Settings = new ModelSettings(model.MaxTokens, Thinking: model.Thinking),
            Hooks = new AgentHooks { BeforeToolCall = (tool, call, _) => ValueTask.FromResult(Refuse(tool, call)) },
            MaxTurns = options.MaxTurns,
            ContextWindow = model.ContextWindow,
            Rules = options.Rules,
            Journal = new InMemoryJournal(),
            Time = options.Time,
            NewMessageId = () => Id<Message>.New(options.Time).ToString(),
        };
    }

    private string? Refuse(Tool tool, ToolCall call)
    {
        if (leaseIsOver())
        {
            return "The hub has not been heard for so long that this task may have been given up: nothing more is done.";
        }

        var decision = tool is PythonSkillTool
            ? _policy.DecideSkill(tool.Name, call.Arguments, options.Tools.Isolation)
            : _policy.Decide(tool.Name, call.Arguments, options.Tools.Isolation);
        return decision.Action == PolicyAction.Allow ? null : $"{decision.Reason} In a task there is nobody to ask, so it is not done.";
    }

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
            log.Write(stderr: false, Encoding.UTF8.GetBytes(line + "\n"));
        }
    }

    private static void Describe(AttemptResult result, AgentEvent.AgentEnd end, bool tooLong, bool stopped)
    {
        var answer = end.Messages.OfType<AssistantMessage>().LastOrDefault()?.Text ?? "";
        result.Outcome = end.Outcome == RunOutcome.Completed ? "succeeded" : stopped ? "stopped" : tooLong ? "timed_out" : "failed";
        result.ExitCode = end.Outcome == RunOutcome.Completed ? 0 : 1;
        result.Error = end.Outcome == RunOutcome.Completed ? "" : end.Error ?? (end.Outcome == RunOutcome.TurnLimit ? "It used all of its turns." : "");
        var json = JsonSerializer.SerializeToUtf8Bytes(new AgentTaskResult(Cut(answer), end.Messages.Count), AgentTaskJson.Default.AgentTaskResult);
        result.Result = Google.Protobuf.ByteString.CopyFrom(json);
        result.OutputsHash = Google.Protobuf.ByteString.CopyFrom(System.Security.Cryptography.SHA256.HashData(json));
    }

    /// <summary>A result travels in a frame; the whole text is in the log.</summary>
    private static string Cut(string text) => text.Length <= 16_000 ? text : text[..16_000] + "…";
}

/// <summary>The shape of PiBot's results.</summary>
internal sealed record AgentTaskResult(string Output, int MessageCount);

[System.Text.Json.Serialization.JsonSourceGenerationOptions(PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.SnakeCaseLower)]
[System.Text.Json.Serialization.JsonSerializable(typeof(AgentTaskResult))]
internal sealed partial class AgentTaskJson : System.Text.Json.Serialization.JsonSerializerContext;
