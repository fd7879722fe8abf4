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

    /// <param name="call">The call of the assistant's tool within which it is asked.</param>
    /// <param name="home">The agent's own home, where it does as it likes.</param>
    /// <returns>Null when it may; else why not, for the agent.</returns>
    public async Task<string?> DecideAsync(CodingRequest request, CodingSession session, CodingCaller caller, string call, string home, CancellationToken abort)
    {
        var arguments = request.Arguments;
        if (arguments["path"]?.GetValue<string>() is { } named)
        {
            var path = RealPath.Of(Path.Combine(session.Folder, named));
            if (RealPath.IsInside(path, home))
            {
                return null;
            }

            if (Misplaced(request.Tool, path, session) is { } misplaced)
            {
                return misplaced;
            }

            arguments["path"] = RealPath.IsInside(path, folder.Root) ? Path.GetRelativePath(folder.Root, path) : path;
        }

        if (request.Tool == "shell" && CommandGuard.Check(arguments["command"]?.GetValue<string>() ?? "") is { } refusal)
        {
            return refusal.Sentence;
        }

        var decision = Decide(request.Tool, arguments);
        return decision.Action switch
        {
            PolicyAction.Allow => null,
            PolicyAction.Deny => decision.Reason,
            _ => await AskAsync(request, session, caller, call, decision.Reason, abort),
        };
    }

    private PolicyDecision Decide(string tool, JsonObject arguments)
    {
        var decided = policy.Decide(tool, JsonElement.Parse(arguments.ToJsonString()), tools.Isolation == ShellIsolation.Off ? ShellIsolation.Off : isolation);
        // Outside of the sandbox nothing else keeps an agent to the working folder.
        return decided.Action == PolicyAction.Allow && isolation == ShellIsolation.Host && arguments["path"]?.GetValue<string>() is { } path && Path.IsPathRooted(path)
            ? PolicyDecision.Ask($"{path} is outside of the working folder.")
            : decided;
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
