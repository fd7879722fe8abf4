namespace Muster.Node.Sandbox;

/// <summary>Something that lives in a sandbox with a home of its own, such as a coding agent.</summary>
/// <param name="Home">A real path: writable, besides the working folder.</param>
/// <param name="Environment">All of it. It reaches the sandbox through bubblewrap's own, not its arguments, which every user of the machine can read.</param>
/// <param name="Shown">Files and folders that are shown read-only, and where.</param>
internal sealed record SandboxResident(string Home, IReadOnlyDictionary<string, string> Environment, IReadOnlyList<(string From, string To)> Shown);
