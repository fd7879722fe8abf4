using System.Text.Json;

namespace Muster.Cli.State;

/// <summary>run/hub.json: where the hub that runs for a home listens.</summary>
/// <param name="Embedded">It lives inside an <c>ask</c> or <c>chat</c> and ends with it.</param>
public sealed record HubFile(string Url, int Pid, bool Embedded, DateTimeOffset StartedAt, string Version)
{
    /// <summary>Null when there is none or it is half a file of another version.</summary>
    public static HubFile? Read(Home home)
    {
        try
        {
            return Home.Read(home.HubFile) is { } text ? JsonSerializer.Deserialize(text, StateJson.Default.HubFile) : null;
        }
        catch (JsonException)
        {
            return null; // as good as none: the hub that holds the lock writes a new one
        }
    }

    /// <summary>The living hub: the lock is held and the file says where.</summary>
    public static HubFile? Live(Home home) => HomeLock.IsHeld(home) ? Read(home) : null;

    public void Write(Home home) => Home.Write(home.HubFile, JsonSerializer.Serialize(this, StateJson.Default.HubFile));
}
