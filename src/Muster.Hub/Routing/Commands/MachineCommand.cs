namespace Muster.Hub.Routing.Commands;

/// <summary>A command that a machine does, without a model. It may have to wait for its machine, and is then turned into the same text.</summary>
internal abstract class MachineCommand : ICommand
{
    public abstract string Name { get; }

    public abstract (string Usage, string English, string Chinese) Help { get; }

    /// <summary>What the machine gets; null where the command says too little.</summary>
    public abstract string? ForMachine(string argument);

    public CommandResult Run(CommandCall call) => ForMachine(call.Argument) is { } text ? new CommandResult.ToNode(text) { Session = Session(call.Argument) } : new CommandResult.Say(Missing(call.Argument, call.Chinese), "warning");

    /// <summary>Name of the coding session that it is for: a machine that has it gets the command. Null: none is named.</summary>
    protected virtual string? Session(string argument) => null;

    /// <summary>What to say then.</summary>
    protected abstract string Missing(string argument, bool chinese);
}
