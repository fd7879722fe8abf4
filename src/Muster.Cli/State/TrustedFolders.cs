using System.Text.Json;

namespace Muster.Cli.State;

/// <summary>trusted.json: folders whose AGENTS.md, skills and MCP servers may load.</summary>
public sealed record TrustedFolders(IReadOnlyList<string> Folders)
{
    public static TrustedFolders Read(Home home)
    {
        try
        {
            return Home.Read(home.Trusted) is { } text
                ? JsonSerializer.Deserialize(text, StateJson.Default.TrustedFolders) ?? new([])
                : new([]);
        }
        catch (JsonException)
        {
            throw new CliException($"{home.Trusted} is damaged. Delete it and trust your folders again.");
        }
    }

    public TrustedFolders With(string folder) => new([.. Folders.Append(folder).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);

    public TrustedFolders Without(string folder) => new([.. Folders.Where(other => other != folder)]);

    public void Write(Home home) => Home.Write(home.Trusted, JsonSerializer.Serialize(this, StateJson.Default.TrustedFolders));
}
