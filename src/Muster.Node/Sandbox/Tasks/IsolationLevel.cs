namespace Muster.Node.Sandbox.Tasks;

/// <summary>How much stands between a task and its machine, least first. A task names the least that it wants; nothing falls back below it.</summary>
public enum IsolationLevel
{
    /// <summary>Nothing but limits: for tasks of the node's own owner.</summary>
    None,
    /// <summary>bubblewrap, control groups and a filter of system calls.</summary>
    Process,
    /// <summary>A container of a Docker-compatible engine.</summary>
    Container,
}
