using Muster.Agents.Skills;
using Muster.Node.Folders;
using Muster.Node.Tools;

namespace Muster.Node.Skills;

/// <summary>The skills with a SKILL.md that agents of this machine read on demand: the owner's, and the working folder's when its owner trusts it. Read anew each time.</summary>
internal sealed class MachineSkills(ToolOptions options)
{
    private readonly TrustedFolders _trusted = new(options.Home);

    public SkillCatalog Find() => SkillFinder.Find(Roots());

    private IEnumerable<string> Roots()
    {
        yield return Path.Combine(options.Home, "skills");
        if (_trusted.IsTrusted(options.WorkingDir))
        {
            yield return Path.Combine(options.WorkingDir, ".agents", "skills");
            yield return Path.Combine(options.WorkingDir, ".muster", "skills");
        }
    }
}
