namespace Muster.Agents.Skills;

/// <summary>Looks for skills under given folders; bounded in depth and number, and never follows a link.</summary>
public static class SkillFinder
{
    private const int MaxDepth = 5;
    private const int MaxFolders = 2000;
    private const int MaxFiles = 200;
    private const long MaxSize = 1 << 20;

    /// <param name="roots">Folders of skills; of two skills with one name the first found wins.</param>
    public static SkillCatalog Find(IEnumerable<string> roots)
    {
        var skills = new Dictionary<string, Skill>(StringComparer.Ordinal);
        var diagnostics = new List<string>();
        var budget = MaxFolders;
        foreach (var root in roots.Where(Directory.Exists))
        {
            Visit(new DirectoryInfo(root), 0);
        }

        return new SkillCatalog([.. skills.Values], diagnostics);

        void Visit(DirectoryInfo folder, int depth)
        {
            if (depth > MaxDepth || budget-- <= 0)
            {
                return;
            }

            try
            {
                Look(folder, depth);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                diagnostics.Add($"{folder.FullName} cannot be read, so what is in it was left out: {failure.Message}");
            }
        }

        void Look(DirectoryInfo folder, int depth)
        {
            var file = new FileInfo(Path.Combine(folder.FullName, "SKILL.md"));
            if (file.Exists && file.LinkTarget is null && file.Length <= MaxSize)
            {
                Add(folder, file);
                return;
            }

            foreach (var child in folder.EnumerateDirectories().Where(child => child.LinkTarget is null && child.Name is not (".git" or "node_modules")).OrderBy(child => child.Name, StringComparer.Ordinal))
            {
                Visit(child, depth + 1);
            }
        }

        void Add(DirectoryInfo folder, FileInfo file)
        {
            var (skill, diagnostic) = SkillFile.Read(folder.FullName, File.ReadAllText(file.FullName), Files(folder));
            if (diagnostic is not null)
            {
                diagnostics.Add(diagnostic);
            }

            if (skill is not null && !skills.TryAdd(skill.Name, skill))
            {
                diagnostics.Add($"{file.FullName}: another skill is named \"{skill.Name}\" already; this one was left out.");
            }
        }
    }

    private static string[] Files(DirectoryInfo folder) =>
    [
        .. folder.EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = MaxDepth, AttributesToSkip = FileAttributes.ReparsePoint })
            .Where(file => file.Name != "SKILL.md")
            .Take(MaxFiles)
            .Select(file => Path.GetRelativePath(folder.FullName, file.FullName).Replace('\\', '/')),
    ];
}
