using System.Text.RegularExpressions;
using Muster.Agents.Tools;
using Muster.Node.Folders;
using Muster.Node.Sandbox;
using Muster.Node.Tools;

namespace Muster.Node.Skills;

/// <summary>
/// PiBot's <c>skills/*.py</c> as tools: those of the home, and of the working folder where it is trusted. What a file has is asked once, and
/// again when the file has changed; one that could not be loaded is tried again.
/// </summary>
internal sealed partial class SkillScripts(ToolOptions options, TimeProvider time)
{
    private static readonly TimeSpan _listingTime = TimeSpan.FromSeconds(10);

    // What failed may have nothing to do with the file: no python3 yet, a module that is not there, a machine that is busy.
    private static readonly TimeSpan _failureHolds = TimeSpan.FromMinutes(1);

    // Tools that only some runs have: a skill of the same name must not take their place, nor the rules that are theirs.
    private static readonly string[] _taken =
        ["shell", "run_background", "task_status", "file_send", "file_copy", "coding_session", "skill", "schedule", "memory_read", "memory_write", "nodes", "fleet", "submit_job"];

    private static readonly SemaphoreSlim _one = new(1, 1);
    private readonly Dictionary<string, Listed> _listed = new(StringComparer.Ordinal);

    /// <summary>There are files of skills.</summary>
    public bool Any => Files().Count > 0;

    /// <param name="others">The tools beside them.</param>
    /// <param name="onProblem">Told of each file that is left out, as a sentence, once after each change.</param>
    public async Task<IReadOnlyList<Tool>> ToolsAsync(IReadOnlyList<Tool> others, Action<string> onProblem, CancellationToken abort)
    {
        var files = Files();
        if (files.Count == 0)
        {
            return [];
        }

        var names = others.SelectMany(tool => tool.Aliases.Append(tool.Name)).Concat(_taken).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var tools = new List<Tool>();
        await _one.WaitAsync(abort);
        try
        {
            foreach (var gone in _listed.Keys.Except(files.Select(ScriptFile.StampOf), StringComparer.Ordinal).ToList())
            {
                _listed.Remove(gone);
            }

            foreach (var file in files)
            {
                var listed = await ListAsync(file, abort);
                listed.Tell(onProblem);
                foreach (var tool in listed.Tools)
                {
                    if (names.Add(tool.Name))
                    {
                        tools.Add(tool);
                    }
                    else
                    {
                        listed.TellOfName(tool.Name, onProblem);
                    }
                }
            }
        }
        finally
        {
            _one.Release();
        }

        return tools;
    }

    // To know a file is to run it. On the machine itself only what the owner has put where no agent can write is run unasked.
    private List<FileInfo> Files()
    {
        var own = ScriptFile.In(Path.Combine(options.Home, "skills"));
        var work = Path.Combine(options.WorkingDir, "skills");
        return options.Isolation switch
        {
            ShellIsolation.Off => [],
            ShellIsolation.Process when Directory.Exists(work) && new TrustedFolders(options.Home).IsTrusted(options.WorkingDir) => [.. own, .. ScriptFile.In(work)],
            _ => [.. own],
        };
    }

    private async Task<Listed> ListAsync(FileInfo file, CancellationToken abort)
    {
        if (_listed.TryGetValue(ScriptFile.StampOf(file), out var known) && !(known.FailedAt is { } failed && (time.GetUtcNow() - failed).Duration() >= _failureHolds))
        {
            return known;
        }

        var listed = new Listed(file.FullName);
        try
        {
            var script = ScriptFile.Read(file);
            var runner = new ScriptRunner(ToolSet.Launcher(options, file.DirectoryName!, time), RealPath.Of(options.WorkingDir), time);
            var answer = await runner.RunAsync(new ScriptRequest("list", script.Name, script.Path, script.Source), _listingTime, abort);
            listed.Take(answer.Tools ?? [], function => new PythonSkillTool(runner, script, function, options.ShellMaxTimeout));
        }
        catch (Exception error) when (error is ToolException or IOException or UnauthorizedAccessException)
        {
            listed.Fail(error.Message, time.GetUtcNow(), known?.Failure);
        }

        _listed[ScriptFile.StampOf(file)] = listed;
        return listed;
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_-]{0,63}\z", RegexOptions.None, 1000)]
    private static partial Regex UsableName();

    /// <summary>What one file has, and what is to be said of it.</summary>
    private sealed class Listed(string path)
    {
        private readonly List<string> _untold = [];
        private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);

        public List<PythonSkillTool> Tools { get; } = [];

        public void Take(IReadOnlyList<ScriptFunction> functions, Func<ScriptFunction, PythonSkillTool> make)
        {
            if (functions.Count == 0)
            {
                Leave("it has neither a function execute nor register_skills");
            }

            foreach (var function in functions)
            {
                if (UsableName().IsMatch(function.Name) && !function.Name.StartsWith("mcp__", StringComparison.Ordinal))
                {
                    Tools.Add(make(function));
                }
                else
                {
                    _untold.Add($"{path}: \"{function.Name}\" cannot be the name of a tool (letters, digits, _ and -, at most 64), so it was left out.");
                }
            }
        }

        /// <summary>Why it could not be loaded; null where it could.</summary>
        public string? Failure { get; private set; }

        public DateTimeOffset? FailedAt { get; private set; }

        /// <param name="before">Why it could not be loaded the last time, which was told.</param>
        public void Fail(string why, DateTimeOffset at, string? before)
        {
            (Failure, FailedAt) = (why, at);
            if (why != before)
            {
                Leave(why);
            }
        }

        private void Leave(string why) => _untold.Add($"The skill {path} was left out: {why.TrimEnd('.')}.");

        public void Tell(Action<string> onProblem)
        {
            _untold.ForEach(onProblem);
            _untold.Clear();
        }

        public void TellOfName(string name, Action<string> onProblem)
        {
            if (_names.Add(name))
            {
                onProblem($"{path}: there is another tool {name}, so this one was left out.");
            }
        }
    }
}
