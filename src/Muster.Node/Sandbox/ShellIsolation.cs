namespace Muster.Node.Sandbox;

/// <summary><c>tools.shell.isolation</c>: where an agent's commands run. There is no falling back from one to another.</summary>
public enum ShellIsolation
{
    /// <summary>In bubblewrap: the working folder, a read-only system, nothing else.</summary>
    Process,
    /// <summary>As the node's own user, with all that it may do. The node's owner must have chosen this.</summary>
    Host,
    /// <summary>No shell at all.</summary>
    Off,
}
