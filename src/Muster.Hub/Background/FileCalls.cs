using System.Text.Json;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Artifacts;
using Muster.Hub.Chat.Threads;
using Muster.Hub.Chat.Tools;
using Muster.Protocol.Ids;
using Muster.Protocol.Transfers;

namespace Muster.Hub.Background;

/// <summary>The tool <c>file_send</c>: a file that a run's machine has brought is shown to the run's user, and kept for longer than an upload.</summary>
internal sealed class FileCalls(ThreadStore threads, People people, ArtifactOptions options, TimeProvider time) : IRunCalls
{
    private const int LongestName = 255;

    public string Area => "files";

    public string? Answer(RunCall call) => call.Verb == "send" ? Send(call) : null;

    private string Send(RunCall call)
    {
        var (tx, now) = (call.Tx, time.GetUtcNow());
        var user = SentFilesApi.Receiver(people, call.UserId);
        if (!ContentHash.TryParse(call.Text("sha256"), out var hash) || ArtifactRows.FindFor(tx, ArtifactHolder.Of(user), hash) is not { } stored)
        {
            throw ApiException.Forbidden("The file did not arrive at the hub: send it again.");
        }

        var name = Clean(call.Text("name"));
        ArtifactReferences.Add(tx, ArtifactHolder.Of(user), [hash], now.ToUnixTimeMilliseconds(), (now + options.SentKept).ToUnixTimeMilliseconds());
        threads.Append(tx, call.Run.ConversationId, "file", FileEvents.Json(name, hash, stored.Size, call.Node.Name), run: call.Run.Id);
        return "{}";
    }

    /// <summary>A name alone, in one line: it is shown, and offered as the name to save under.</summary>
    private static string Clean(string name)
    {
        var kept = new string([.. name.Where(letter => !char.IsControl(letter) && letter is not ('/' or '\\'))]).Trim();
        return kept is "" or "." or ".." ? "file" : kept.Length <= LongestName ? kept : kept[^LongestName..];
    }
}
