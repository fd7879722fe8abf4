using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Node.Assistant;
using Muster.Node.Coding.Agents;
using Muster.Node.Coding.Sessions;
using Muster.Node.Folders;
using Muster.Node.Policy;
using Muster.Node.Sandbox;
using Muster.Node.Tools;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Coding.Work;

/// <summary>Whether a coding agent may do what it wants: the same rules as for the assistant's tools, and the same person who is asked.</summary>
internal sealed class CodingPermissions(ToolPolicy policy, ToolOptions tools, ShellIsolation isolation, ConfinedFolder folder, ApprovalGate approvals)
{
    private const int LongestShown = 100_000;
    private readonly NamedPaths _paths = new(tools.WorkingDir);

    /// <param name="call">The call of the assistant's tool within which it is asked.</param>
    /// <param name="home">The agent's own home, which it may read as it likes.</param>
    /// <returns>Null when it may; else why not, for the agent.</returns>
    public async Task<string?> DecideAsync(CodingRequest request, CodingSession session, CodingCaller caller, string call, string home, CancellationToken abort)
    {
        var judged = request.Arguments;
        if (ToolSubject.IsFileTool(request.Tool))
        {
            var named = judged["path"]?.GetValue<string>() ?? ".";
            var path = _paths.Read(Path.Combine(session.Folder, named));
            if (Unclear(named, path) is { } unclear)
            {
                return unclear;
            }

            var real = path.Real[0];
            if (RealPath.IsInside(real, home) && request.Tool is not ("file_write" or "file_edit"))
            {
                return null;
            }

            if (Misplaced(request.Tool, real, session) is { } misplaced)
            {
                return misplaced;
            }

            judged = Named(judged, path.Plain);
            request.Arguments["path"] = _paths.Below(real);
        }

        if (request.Tool == "shell" && CommandGuard.Check(judged["command"]?.GetValue<string>() ?? "") is { } refusal)
        {
            return refusal.Sentence;
        }

        var decision = Decide(request, judged);
        return decision.Action switch
        {
            PolicyAction.Allow => null,
            PolicyAction.Deny => decision.Reason,
            _ => await AskAsync(request, session, caller, call, decision.Reason, abort),
        };
    }

    private PolicyDecision Decide(CodingRequest request, JsonObject judged)
    {
        var decided = policy.Decide(request.Tool, JsonElement.Parse(judged.ToJsonString()), tools.Isolation == ShellIsolation.Off ? ShellIsolation.Off : isolation);
        if (decided.Action == PolicyAction.Allow && request.Tool is ("file_write" or "file_edit") && IsOfGit(request.Arguments["path"]!.GetValue<string>()))
        {
            return PolicyDecision.Ask("What lies in a .git folder can name commands that git runs later.");
        }

        // Outside of the sandbox nothing else keeps an agent to the working folder.
        return decided.Action == PolicyAction.Allow && isolation == ShellIsolation.Host && ToolSubject.IsFileTool(request.Tool)
            && request.Arguments["path"]!.GetValue<string>() is var path && Path.IsPathRooted(path)
            ? PolicyDecision.Ask($"{path} is outside of the working folder.")
            : decided;
    }

    // Also a file of that name, which says where the folder is. Where names do not differ by case, git finds it so too.
    private static bool IsOfGit(string path) => path.Split('/', Path.DirectorySeparatorChar).Contains(".git", StringComparer.OrdinalIgnoreCase);

    // The agent will open what it named: where programs would differ about that, nothing can be said about it.
    private static string? Unclear(string named, NamedPath path) => named is ['~'] or ['~', '/', ..] ? "What ~ means differs from program to program: name the file by its full path."
        : path.Real.Count == 0 ? $"\"{named}\" leads nowhere: it goes through too many links, or has a NUL character in it."
        : path.Real.Count > 1 ? $"\"{named}\" goes up behind a link, and programs differ about where that is: name the file by its full path without \"..\"."
        : null;

    private JsonObject Named(JsonObject arguments, string path)
    {
        var named = arguments.DeepClone().AsObject();
        // To the file tools ~ is the working folder.
        named["path"] = _paths.Below(path) is var below && below is ['~', ..] ? path : below;
        return named;
    }

    private string? Misplaced(string tool, string path, CodingSession session)
    {
        if (tool is "file_write" or "file_edit" && !RealPath.IsInside(path, session.Folder))
        {
            return $"{path} is outside of the project {session.Folder}: a coding session changes files of its project alone.";
        }

        return folder.Hidden.Paths.Any(place => RealPath.IsInside(path, place) && !RealPath.IsInside(folder.Root, place))
            ? ConfinedFolder.HiddenPlace(path).Message
            : tool is "file_write" or "file_edit" && tools.Kept.Covers(Path.GetRelativePath(folder.Root, path)) ? ConfinedFolder.Kept(path).Message : null;
    }

    private async Task<string?> AskAsync(CodingRequest request, CodingSession session, CodingCaller caller, string call, string reason, CancellationToken abort)
    {
        var shown = request.Arguments.ToJsonString(_plain);
        if (shown.Length > LongestShown)
        {
            return "This is too long to be shown to the person who would have to allow it. Do it in smaller steps, or put it into a file first.";
        }

        try
        {
            return await approvals.AskAsync(
                new ApprovalRequest
                {
                    RunId = caller.RunId, ConversationId = caller.ConversationId, Tool = request.Tool, ArgumentsJson = shown, Folder = session.Folder,
                    Reason = $"{session.Agent} wants to do this in the coding session {session.Project}. {reason}",
                },
                $"{call}/{request.Id}",
                abort);
        }
        catch (StorageException full)
        {
            return full.Message;
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            return "The work was stopped before anybody answered.";
        }
    }

    private static readonly JsonSerializerOptions _plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
