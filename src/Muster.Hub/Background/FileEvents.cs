using Muster.Hub.Chat;
using Muster.Protocol.Transfers;

namespace Muster.Hub.Background;

/// <summary>A file that reached the person, as the thread shows it.</summary>
internal static class FileEvents
{
    public static string Json(string name, ContentHash hash, long size, string? node) => EventJson.Write(json =>
    {
        json.WriteString("name", name);
        json.WriteNumber("size", size);
        json.WriteString("sha256", hash.ToString());
        json.WriteString("url", $"/api/v1/artifacts/{hash}?name={Uri.EscapeDataString(name)}");
        if (node is not null)
        {
            json.WriteString("node", node);
        }
    });
}
