using System.Globalization;
using Muster.Agents.Tools;
using Muster.Node.Coding.Agents;
using Muster.Node.Folders;
using Muster.Node.Sandbox;
using Muster.Node.Sandbox.Tasks.Work;
using Muster.Node.Tools;

namespace Muster.Node.Coding.Work;

/// <summary>
/// How an agent is started. In the sandbox it sees the system, its project, and a home that is its session's alone, with what it needs of its
/// user's home (a login) read-only: what it is led to do can reach neither other projects, nor the person's own settings of the same agent.
/// </summary>
internal sealed class CodingLauncher(CodingOptions options, ToolOptions tools, ConfinedFolder folder, TimeProvider time)
{
    private const string UsualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private const string Nothing = "nothing";
    // The second: files that look like a repository without a .git folder are none.
    private static readonly (string Key, string Value)[] _git = [("core.fsmonitor", "false"), ("safe.bareRepository", "explicit")];
    private readonly string _homes = Path.Combine(RealPath.Of(tools.Home), "coding");
    private readonly SandboxCheck _check = new(
        new SandboxOptions { WorkingDir = RealPath.Of(tools.WorkingDir), Home = RealPath.Of(tools.Home), UserHome = tools.UserHome, Kept = tools.Kept, Hidden = folder.Hidden }, time);

    public IReadOnlyList<FoundAgent> Find() => options.Isolation == ShellIsolation.Off ? [] : AgentSearch.Find(options, tools.UserHome);

    public FoundAgent? Usual(IReadOnlyList<FoundAgent> found) => AgentSearch.Usual(options, found);

    /// <summary>Each session's agent has a home of its own, and not the person's.</summary>
    public bool OwnHomes => options.Isolation != ShellIsolation.Host;

    public string Home(string session) => Path.Combine(_homes, session);

    /// <summary>Removes all that the agent kept of it.</summary>
    /// <returns>False where some of it is still there.</returns>
    public bool TryForget(string session)
    {
        try
        {
            FolderRemoval.Remove(Home(session));
            return true;
        }
        catch (Exception left) when (left is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <exception cref="ToolException">The isolation is not there.</exception>
    public async Task<LaunchPlan> PlanAsync(FoundAgent agent, CodingAgent dialect, CodingTurn turn)
    {
        Directory.CreateDirectory(turn.Home);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(turn.Home, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Prepare(new AgentHome(turn.Home), agent, dialect);
        var places = AgentFolders.Of(agent, options.ProgramPath, tools.UserHome);
        string[] command = [places.Program, .. agent.Arguments, .. dialect.Arguments(turn)];
        if (options.Isolation == ShellIsolation.Host)
        {
            return OnHost(command, dialect, turn);
        }

        var status = await _check.GetAsync();
        if (status.Program is not { } bubblewrap || !status.Works)
        {
            throw new ToolException($"Coding agents run in the sandbox, which does not work here. {status.Sentence} For coding agents the setting is `coding.isolation: host`.");
        }

        var environment = Environment(dialect);
        environment["HOME"] = turn.Home;
        environment["PATH"] = string.Join(Path.PathSeparator, places.Path.Append(UsualPath));
        var sandbox = new SandboxOptions
        {
            WorkingDir = turn.Folder,
            Home = RealPath.Of(tools.Home),
            UserHome = tools.UserHome,
            ReadOnly = tools.ReadOnly,
            Hidden = folder.Hidden,
            Kept = turn.Folder == folder.Root ? tools.Kept : new KeptFiles(),
            Resident = new SandboxResident(turn.Home, environment, [.. places.Shown.Select(place => (place, place)), .. Files(agent, turn.Home), .. Covered(dialect, turn)]),
        };
        return new ProcessSandbox(bubblewrap, sandbox).Plan(command, turn.Folder);
    }

    /// <summary>Settings of an untrusted project that the agent would read, as nothing can be put in their place: outside of the sandbox, or where they are a link.</summary>
    /// <returns>The path; null where there are none.</returns>
    public string? Bare(CodingAgent dialect, CodingTurn turn) =>
        Settings(dialect, turn) is { } place && (new FileInfo(place).LinkTarget is not null || (!OwnHomes && Path.Exists(place))) ? place : null;

    private static string? Settings(CodingAgent dialect, CodingTurn turn) =>
        turn.Trusted || dialect.ProjectSettings is not { } name ? null : Path.Combine(turn.Folder, name);

    // An empty folder takes the place of the settings.
    private IEnumerable<(string From, string To)> Covered(CodingAgent dialect, CodingTurn turn) =>
        Settings(dialect, turn) is { } place && Directory.Exists(place) ? [(Directory.CreateDirectory(Path.Combine(_homes, Nothing)).FullName, place)] : [];

    /// <exception cref="ToolException">Something in it cannot be changed.</exception>
    private void Prepare(AgentHome home, FoundAgent agent, CodingAgent dialect)
    {
        try
        {
            dialect.Prepare(home);
            if (!OwnHomes)
            {
                return;
            }

            home.RemoveStarters();
            foreach (var (from, to) in Files(agent, home.At("")).Where(file => RealPath.IsInside(Path.GetFullPath(file.To), home.At(""))))
            {
                home.MakeRoom(Path.GetRelativePath(home.At(""), to), Directory.Exists(from));
            }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new ToolException($"The home of this coding session cannot be made ready: {refused.Message} Close the session and open a new one.");
        }
    }

    private LaunchPlan OnHost(string[] command, CodingAgent dialect, CodingTurn turn)
    {
        var environment = Environment(dialect);
        environment["HOME"] = tools.UserHome;
        environment["PATH"] = options.ProgramPath;
        environment[CallMarker.Variable] = CallMarker.Next(tools.Home);
        var marker = $"{CallMarker.Variable}={environment[CallMarker.Variable]}";
        return File.Exists("/usr/bin/setsid")
            ? new LaunchPlan("/usr/bin/setsid", command, environment, turn.Folder, marker)
            : new LaunchPlan(command[0], command[1..], environment, turn.Folder, marker);
    }

    private Dictionary<string, string> Environment(CodingAgent dialect)
    {
        var environment = CleanEnvironment.For(new SandboxOptions { WorkingDir = folder.Root, Home = tools.Home }, ownPath: false);
        foreach (System.Collections.DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (options.Environment.Any(wanted => wanted.EndsWith('*') ? name.StartsWith(wanted[..^1], StringComparison.Ordinal) : name == wanted))
            {
                environment[name] = (string)variable.Value!;
            }
        }

        foreach (var (name, value) in dialect.Variables)
        {
            environment[name] = value;
        }

        Guard(environment);
        return environment;
    }

    /// <summary>Agents run git by themselves, and a project's own configuration would have it run commands.</summary>
    private static void Guard(Dictionary<string, string> environment)
    {
        var count = int.TryParse(environment.GetValueOrDefault("GIT_CONFIG_COUNT"), CultureInfo.InvariantCulture, out var given) ? given : 0;
        foreach (var (key, value) in _git)
        {
            environment[string.Create(CultureInfo.InvariantCulture, $"GIT_CONFIG_KEY_{count}")] = key;
            environment[string.Create(CultureInfo.InvariantCulture, $"GIT_CONFIG_VALUE_{count}")] = value;
            count++;
        }

        environment["GIT_CONFIG_COUNT"] = count.ToString(CultureInfo.InvariantCulture);
    }

    private IEnumerable<(string From, string To)> Files(FoundAgent agent, string home) => agent.Files
        .Select(file => Path.IsPathRooted(file) ? (From: file, To: file) : (From: Path.Combine(tools.UserHome, file), To: Path.Combine(home, file)))
        .Where(file => Path.Exists(file.From))
        .Select(file => (RealPath.Of(file.From), file.To));
}
