namespace Muster.Testing.Agents;

/// <summary>Programs from npm that <c>./test</c> installs for the tests; null where it could not.</summary>
public static class InstalledPackages
{
    public const string HowToInstall = "It is not installed: npm --prefix tests/Muster.EndToEnd/servers ci --ignore-scripts";

    private static readonly string? _folder = Folder(AppContext.BaseDirectory);

    /// <summary>Claude Code's program for this machine.</summary>
    public static string? Claude { get; } = Of("@anthropic-ai") is { } scope
        ? Directory.GetDirectories(scope, "claude-code-linux-*").Select(folder => Path.Combine(folder, "claude")).FirstOrDefault(File.Exists)
        : null;

    public static string? Pi { get; } = Of("@mariozechner/pi-coding-agent/dist/cli.js");

    /// <summary>The MCP server that has one tool of each kind.</summary>
    public static string? EverythingServer { get; } = Of("@modelcontextprotocol/server-everything/dist/index.js");

    private static string? Of(string path) => _folder is null || !Path.Exists(Path.Combine(_folder, path)) ? null : Path.Combine(_folder, path);

    private static string? Folder(string? start)
    {
        for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Muster.slnx")))
            {
                return Path.Combine(folder, "tests", "Muster.EndToEnd", "servers", "node_modules");
            }
        }

        return null;
    }
}
