using Muster.Hub.Fleet;

namespace Muster.Hub.Routing.Commands;

/// <summary>What a command may look at.</summary>
/// <param name="Argument">What follows the name, trimmed.</param>
/// <param name="Machines">Machines that the user may ask.</param>
internal sealed record CommandCall(string Argument, IReadOnlyList<NodeSnapshot> Machines, string? Active, RunningWork? Running, bool Chinese, DateTimeOffset Now);

/// <summary>The run that goes on in this conversation.</summary>
internal sealed record RunningWork(string RunId, string Node);

/// <summary>What a command comes to.</summary>
internal abstract record CommandResult
{
    public sealed record Say(string Text, string Level = "info") : CommandResult;

    /// <summary>Makes a machine active, and says so.</summary>
    public sealed record Activate(NodeSnapshot Node, string Text) : CommandResult;

    /// <summary>Goes to a machine as a plain command, without a model.</summary>
    public sealed record Shell(string Command) : CommandResult;

    public sealed record Stop : CommandResult;

    /// <summary>Makes, lists or cancels reminders.</summary>
    public sealed record Remind(string Argument) : CommandResult;
}

/// <summary>One slash command. A new one is a class here and a line in <see cref="CommandBook"/>.</summary>
internal interface ICommand
{
    string Name { get; }

    /// <summary>How it is written, and what it does, for /help.</summary>
    (string Usage, string English, string Chinese) Help { get; }

    CommandResult Run(CommandCall call);
}
