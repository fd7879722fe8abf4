using System.Security.Cryptography;
using System.Text.Json;
using Muster.Agents.Tools;
using Muster.Node.Folders;
using Muster.Node.Tools.Web;

namespace Muster.Node.Compute.Agents;

/// <summary>One thing that was seen here of what an agent did, and not what it said of itself.</summary>
/// <param name="Kind">command, tests, file, fetch.</param>
/// <param name="Passed">It shows that what was done succeeded.</param>
/// <param name="HttpStatus">Of a fetch: what the server answered, if one did.</param>
internal sealed record EvidencePiece(string Kind, string Subject, bool Passed, int? ExitCode = null, int? HttpStatus = null);

/// <summary>
/// Collects what an agent's calls show: exit codes of its commands with the tests that they counted, hashes of the files that it wrote,
/// the HTTP status of the pages that it fetched. Its work counts as verified when the newest of that says that it succeeded.
/// </summary>
internal sealed class TaskEvidence(ConfinedFolder folder)
{
    private const int Most = 50;
    private const int LongestSubject = 200;
    private readonly Lock _gate = new();
    private readonly List<EvidencePiece> _pieces = [];

    /// <summary>The newest, as far as a result holds them.</summary>
    public IReadOnlyList<EvidencePiece> Pieces
    {
        get
        {
            lock (_gate)
            {
                return [.. _pieces.TakeLast(Most)];
            }
        }
    }

    public bool Verified => Pieces is [.., { Passed: true }];

    /// <summary>After a call that ran.</summary>
    public void Add(string tool, ToolCall call, ToolResult result, bool failed)
    {
        var pieces = tool switch
        {
            "shell" => Command(call, result, failed),
            "file_write" or "file_edit" => [File(call.Optional("path") ?? "", failed)],
            "web" when call.Optional("action") == "fetch" => Fetch(call, WebDetails.StatusIn(result), failed),
            _ => [],
        };
        lock (_gate)
        {
            _pieces.AddRange(pieces.Select(piece => piece with { Subject = Cut(piece.Subject) }));
        }
    }

    /// <summary>A failed test counts, whatever the exit code says, and an exit code, whatever the tests say.</summary>
    private static IReadOnlyList<EvidencePiece> Command(ToolCall call, ToolResult result, bool failed)
    {
        var line = call.Optional("command") ?? "";
        if (failed || Read(result) is not { } said)
        {
            return [new EvidencePiece("command", line, Passed: false)];
        }

        var tests = TestCounts.In(said.Output);
        var command = new EvidencePiece("command", line, said.ExitCode == 0 && tests is null or { Failed: 0 }, said.ExitCode);
        return tests is null ? [command] : [new EvidencePiece("tests", tests.ToString(), tests is { Failed: 0, Passed: > 0 }), command];
    }

    private static (int ExitCode, string Output)? Read(ToolResult result)
    {
        try
        {
            using var json = JsonDocument.Parse(string.Concat(result.Content.OfType<Muster.Agents.Messages.TextBlock>().Select(block => block.Text)));
            return json.RootElement.TryGetProperty("exit_code", out var code) && code.TryGetInt32(out var number)
                ? (number, $"{Text(json.RootElement, "stdout")}\n{Text(json.RootElement, "stderr")}")
                : null;
        }
        catch (JsonException)
        {
            return null; // cut, or of a machine that says it otherwise: what cannot be read shows nothing
        }
    }

    /// <summary>What another service read for this machine shows nothing: no status was seen here.</summary>
    private static IReadOnlyList<EvidencePiece> Fetch(ToolCall call, int? status, bool failed) =>
        failed || status is not null ? [new EvidencePiece("fetch", call.Optional("url") ?? "", !failed, HttpStatus: status)] : [];

    private EvidencePiece File(string path, bool failed)
    {
        try
        {
            using var content = failed ? null : folder.OpenRead(path);
            return content is null ? new EvidencePiece("file", path, Passed: false) : new EvidencePiece("file", $"{path} sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}", Passed: true);
        }
        catch (Exception error) when (error is ToolException or IOException or UnauthorizedAccessException)
        {
            return new EvidencePiece("file", path, Passed: false);
        }
    }

    private static string Text(JsonElement json, string name) => json.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";

    private static string Cut(string text) =>
        text.Length <= LongestSubject ? text : string.Concat(text.AsSpan(0, LongestSubject - (char.IsHighSurrogate(text[LongestSubject - 1]) ? 1 : 0)), "…");
}
