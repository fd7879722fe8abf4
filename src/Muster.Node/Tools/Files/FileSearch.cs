using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Muster.Agents.Tools;
using Muster.Node.Folders;

namespace Muster.Node.Tools.Files;

/// <summary>One search through a folder, bounded in files, bytes, hits and time.</summary>
/// <param name="pattern">Null to find files and folders by name alone.</param>
internal sealed class FileSearch(ConfinedFolder folder, Regex? pattern, Glob? glob, int most, TimeProvider time)
{
    private const int MostFiles = 50_000;
    private const int LargestFile = 5 * 1024 * 1024;
    private const int LongestLine = 300;
    private const int DeepestFolder = 64;
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(20);
    private static readonly HashSet<string> _skippedFolders = [".git", "node_modules", ".hg", ".svn"];

    private readonly long _started = time.GetTimestamp();
    private string _base = "";

    /// <summary><c>path:line: text</c>, or <c>path</c> when only names are looked for; a folder's ends with a slash.</summary>
    public List<string> Hits { get; } = [];

    public int Searched { get; private set; }

    public int Skipped { get; private set; }

    /// <summary>Why the search ended early.</summary>
    public string? Limit { get; private set; }

    public void Run(string path, CancellationToken abort)
    {
        var start = folder.Stat(path) ?? throw new ToolException($"There is no \"{path}\".");
        if (start.Kind == EntryKind.File)
        {
            if (pattern is null)
            {
                throw new ToolException($"\"{path}\" is a file. To find files by name, name a folder.");
            }

            InFile(start);
            return;
        }

        _base = start.Path.Length == 0 ? "" : start.Path + "/";
        Below(path, 0, abort);
    }

    private void Below(string path, int depth, CancellationToken abort)
    {
        foreach (var entry in folder.Enumerate(path))
        {
            abort.ThrowIfCancellationRequested();
            if (Ended())
            {
                return;
            }

            try
            {
                var fits = glob?.Fits(entry.Path[_base.Length..]) != false;
                if (pattern is null)
                {
                    Name(entry, fits);
                }

                if (entry.Kind == EntryKind.Directory && depth < DeepestFolder && !_skippedFolders.Contains(entry.Name))
                {
                    Below(entry.Path, depth + 1, abort);
                }
                else if (entry.Kind == EntryKind.File && fits && pattern is not null)
                {
                    InFile(entry);
                }
            }
            catch (ToolException)
            {
                // Not readable, or gone since it was listed: counted, and the search goes on.
                Skipped++;
            }
        }
    }

    private bool Ended()
    {
        Limit ??= Hits.Count >= most ? string.Create(CultureInfo.InvariantCulture, $"Stopped after {most} hits. Narrow the search, or raise max_results.")
            : Searched + Skipped >= MostFiles ? string.Create(CultureInfo.InvariantCulture, $"Stopped after {MostFiles} files. Search a folder below.")
            : time.GetElapsedTime(_started) > _longest ? string.Create(CultureInfo.InvariantCulture, $"Stopped after {_longest.TotalSeconds} s. Search a folder below.")
            : null;
        return Limit is not null;
    }

    private void Name(FolderEntry entry, bool fits)
    {
        Searched += entry.Kind == EntryKind.File ? 1 : 0;
        if (fits)
        {
            Hits.Add(entry.Kind == EntryKind.Directory ? entry.Path + "/" : entry.Path);
        }
    }

    private void InFile(FolderEntry file)
    {
        using var stream = file.Size > LargestFile ? null : folder.OpenRead(file.Path);
        if (stream is null || FileText.IsBinary(stream))
        {
            Skipped++;
            return;
        }

        Searched++;
        using var reader = new StreamReader(stream, FileText.Utf8);
        for (var line = 1; reader.ReadLine() is { } text; line++)
        {
            if (pattern!.Match(text) is not { Success: true } match)
            {
                continue;
            }

            if (Hits.Count >= most)
            {
                Ended();
                return;
            }

            Hits.Add(string.Create(CultureInfo.InvariantCulture, $"{file.Path}:{line}: {Around(text, match.Index)}"));
        }
    }

    private static string Around(string line, int at)
    {
        if (line.Length <= LongestLine)
        {
            return line;
        }

        var start = Math.Clamp(at - (LongestLine / 2), 0, line.Length - LongestLine);
        return new StringBuilder("…").Append(line, start, LongestLine).Append('…').ToString();
    }
}
