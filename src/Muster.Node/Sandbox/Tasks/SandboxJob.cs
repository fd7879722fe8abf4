namespace Muster.Node.Sandbox.Tasks;

/// <summary>One attempt to run, whole.</summary>
public sealed record SandboxJob
{
    /// <summary>A name that no other attempt on this node has, such as <c>tsk_01J….3</c>: letters, digits, <c>_ - .</c></summary>
    public required string Attempt { get; init; }

    /// <summary>A program, looked for in the sandbox's PATH, and its arguments. Instead of the image's own, which runs where this is empty.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>All the task gets to know besides PATH, HOME, LANG and TMPDIR.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>A real path of this machine: the private folder, its inputs already in it. Its files must have no second name elsewhere (hard link).</summary>
    public required string WorkFolder { get; init; }

    public required SandboxLimits Limits { get; init; }

    public EgressPolicy Egress { get; init; } = EgressPolicy.None;

    /// <summary>The task's owner owns this node: without it, <see cref="IsolationLevel.None"/> starts nothing.</summary>
    public bool OwnersOwn { get; init; }

    /// <summary>For <see cref="IsolationLevel.Container"/> alone.</summary>
    public ContainerRequest? Container { get; init; }
}

/// <param name="Gpus">The devices that the task may use, as the engine names them; empty for none.</param>
public sealed record ContainerRequest(string Image, PullPolicy Pull, IReadOnlyList<string> Gpus);

public enum PullPolicy
{
    Missing,
    Always,
    Never,
}
