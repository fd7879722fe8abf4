using Microsoft.Extensions.Logging;
using Muster.Agents.Skills;
using Muster.Node.Folders;
using Muster.Node.Tools;

namespace Muster.Node.Skills;

/// <summary>The skills with a SKILL.md that agents of this machine read on demand: the owner's, and the working folder's when its owner trusts it. Read anew each time.</summary>
internal sealed partial class MachineSkills(ToolOptions options)
{
    private readonly TrustedFolders _trusted = new(options.Home);
    private readonly ILogger _logger = options.Loggers.CreateLogger<MachineSkills>();
    private IReadOnlyList<string> _logged = [];

    /// <summary>What is wrong with one is logged when it is first found.</summary>
    public SkillCatalog Find()
    {
        var found = SkillFinder.Find(Roots());
        foreach (var diagnostic in found.Diagnostics.Except(Interlocked.Exchange(ref _logged, found.Diagnostics), StringComparer.Ordinal))
        {
            LogSkill(_logger, diagnostic);
        }

        return found;
    }

    private IEnumerable<string> Roots()
    {
        yield return Path.Combine(options.Home, "skills");
        if (_trusted.IsTrusted(options.WorkingDir))
        {
            yield return Path.Combine(options.WorkingDir, ".agents", "skills");
            yield return Path.Combine(options.WorkingDir, ".muster", "skills");
        }
    }

    [LoggerMessage(LogLevel.Warning, "Skills: {Diagnostic}")]
    private static partial void LogSkill(ILogger logger, string diagnostic);
}
