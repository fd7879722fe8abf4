using System.Text.Json.Nodes;
using Muster.Agents.Tools;
using Muster.Node.Folders;

namespace Muster.Node.Coding.Agents;

/// <summary>
/// How one kind of coding agent is started and spoken to. A process serves one prompt: what the agent knows of the conversation it keeps
/// itself, and takes up again by its own id, so that nothing is lost when the machine restarts.
/// </summary>
internal abstract class CodingAgent
{
    /// <summary>Arguments besides the configured ones.</summary>
    public abstract IReadOnlyList<string> Arguments(CodingTurn turn);

    /// <summary>Variables that it needs in order to work unattended.</summary>
    public virtual IReadOnlyDictionary<string, string> Variables { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// What is a project's own settings to it and names commands, relative to the project, where it cannot be told to leave that alone: without the owner's
    /// trust it is hidden from it.
    /// </summary>
    public virtual string? ProjectSettings => null;

    /// <summary>Writes what it wants to find in its home before it starts, and removes from there what would be settings of its own making.</summary>
    public virtual void Prepare(AgentHome home)
    {
    }

    /// <summary>Sends the prompt and reads until the agent is done with it.</summary>
    /// <exception cref="ToolException">It failed; a sentence.</exception>
    /// <exception cref="LostSessionException">It does not know the conversation that it was to go on with.</exception>
    public abstract Task<string> PromptAsync(AgentPipe pipe, CodingTurn turn, CancellationToken stop);

    /// <summary>Asks it to break off. It gets little time to obey.</summary>
    public abstract Task CancelAsync(AgentPipe pipe, CancellationToken stop);
}

/// <summary>The agent does not know a conversation any more.</summary>
internal sealed class LostSessionException() : Exception("The agent does not know this conversation any more.");

/// <param name="Resume">The agent's own id of the conversation; null for a new one.</param>
/// <param name="Folder">The project's real path.</param>
/// <param name="Home">Where the agent's home is.</param>
/// <param name="OwnHome">It is its session's alone, in the sandbox; else the agent has the person's.</param>
/// <param name="Trusted">The owner trusts the folder: its own settings may be read.</param>
/// <param name="Files">The project, which no path leaves.</param>
internal sealed record CodingTurn(string Prompt, string? Resume, string Folder, string Home, bool OwnHome, bool Trusted, ConfinedFolder Files, CodingWatch Watch);

/// <summary>What a turn tells while it goes on, and whom it asks.</summary>
internal sealed record CodingWatch
{
    /// <summary>Text of the answer, as it comes.</summary>
    public required Action<string> OnText { get; init; }

    /// <summary>A short line: what a tool does.</summary>
    public required Action<string> OnLine { get; init; }

    /// <summary>The agent's own id of the conversation.</summary>
    public required Func<string, Task> OnSession { get; init; }

    /// <summary>Null when it may be done; else why not.</summary>
    public required Func<CodingRequest, CancellationToken, Task<string?>> PermitAsync { get; init; }
}

/// <summary>Something that the agent wants to do.</summary>
/// <param name="Id">The agent's id of the call.</param>
/// <param name="Tool">The tool of this machine that would do the same, which the owner's rules are about.</param>
/// <param name="Arguments">As that tool takes them; for a change of a file with its diff.</param>
internal sealed record CodingRequest(string Id, string Tool, JsonObject Arguments);
