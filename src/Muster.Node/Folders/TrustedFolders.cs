using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Agents.Tools;

namespace Muster.Node.Folders;

/// <summary>
/// The folders whose AGENTS.md, skills and MCP configuration may be loaded: <c>MUSTER_HOME/trusted.json</c>.
/// A trusted folder covers what is below it. Reads the file each time, so that another process's change counts at once.
/// </summary>
public sealed class TrustedFolders(string home)
{
    private readonly string _file = Path.Combine(home, "trusted.json");
    private readonly Lock _gate = new();

    /// <exception cref="ToolException">The file is damaged.</exception>
    public IReadOnlyList<string> List()
    {
        try
        {
            return File.Exists(_file)
                ? JsonSerializer.Deserialize(File.ReadAllText(_file), TrustedJson.Default.TrustedList)?.Folders ?? []
                : [];
        }
        catch (JsonException)
        {
            throw new ToolException($"{_file} is damaged. Delete it and run `muster trust DIR` again for each folder.");
        }
    }

    public bool IsTrusted(string folder)
    {
        var real = RealPath.Of(folder);
        return List().Any(trusted => RealPath.IsInside(real, trusted));
    }

    /// <returns>The real path that is trusted now.</returns>
    public string Add(string folder)
    {
        var real = RealPath.Of(folder);
        if (!Directory.Exists(real))
        {
            throw new ToolException($"There is no folder {real} to trust.");
        }

        lock (_gate)
        {
            Save([.. List().Append(real).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
        }

        return real;
    }

    /// <returns>Whether it was in the list. A folder below a trusted one stays trusted by that one.</returns>
    public bool Remove(string folder)
    {
        var real = RealPath.Of(folder);
        lock (_gate)
        {
            var before = List();
            Save([.. before.Where(trusted => trusted != real)]);
            return before.Contains(real, StringComparer.Ordinal);
        }
    }

    private void Save(IReadOnlyList<string> folders)
    {
        Directory.CreateDirectory(home);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var temporary = $"{_file}.{Environment.ProcessId}.tmp";
        using (var stream = new FileStream(temporary, options))
        {
            JsonSerializer.Serialize(stream, new TrustedList(folders), TrustedJson.Default.TrustedList);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, _file, overwrite: true);
    }
}

internal sealed record TrustedList(IReadOnlyList<string> Folders);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(TrustedList))]
internal sealed partial class TrustedJson : JsonSerializerContext;
