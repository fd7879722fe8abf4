using Microsoft.Extensions.Logging;
using Muster.Agents.Journal;
using Muster.Agents.Loop;
using Muster.Node.Link;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Assistant;

/// <summary>What every run of this node shares.</summary>
internal sealed record RunKit
{
    public required HubLink Link { get; init; }
    public required Database Database { get; init; }
    /// <summary>The node's name as the hub knows it, which can change.</summary>
    public required Func<string> Name { get; init; }
    public string NodeName => Name();
    public required TimeProvider Time { get; init; }
    public required ILogger Logger { get; init; }

    /// <summary>The node goes down: runs end without a word, and their journals take them up at the next start.</summary>
    public required CancellationToken Shutdown { get; init; }

    /// <summary>The model that answers this message.</summary>
    public required Func<Forward, string> ModelName { get; init; }

    /// <summary>Whether its agent gets no tool but that for the notes; then nothing is added to it on its way.</summary>
    public required Func<Forward, bool> IsDirect { get; init; }

    /// <summary>Makes a fresh agent's options: prompt, model, tools, hooks.</summary>
    public required Func<RunNeeds, CancellationToken, ValueTask<AgentOptions>> OptionsAsync { get; init; }

    /// <summary>Stops what goes on in the background for a conversation, up to an epoch; returns when it is gone.</summary>
    public required Func<string, ulong, Task<(int Tasks, int Processes)>> StopBackgroundAsync { get; init; }

    /// <summary>In a transaction: what else is kept of a conversation that was deleted.</summary>
    public required Action<Transaction, string> Forget { get; init; }

    /// <summary>A run came or went: people see at once whether the machine is busy. Quick, and must not throw.</summary>
    public required Action OnRunsChanged { get; init; }
}

/// <summary>What the agent of one run is made for.</summary>
/// <param name="OnKilled">Told how many processes of a command were ended.</param>
/// <param name="OnProblem">Told what a person should know before the run begins, as a sentence.</param>
internal sealed record RunNeeds(Forward Forward, IRunJournal Journal, Action<int> OnKilled, Action<string> OnProblem);
