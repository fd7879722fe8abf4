using System.Text.Json;

namespace Muster.Hub.Jobs.Views;

/// <summary>One thing that a machine recorded of what an agent did there.</summary>
/// <param name="Kind">command, file, tests, fetch.</param>
/// <param name="Subject">The command, the file with its hash, the address.</param>
/// <param name="Passed">It shows that what was done succeeded.</param>
/// <param name="HttpStatus">Of a fetch: what the server answered.</param>
public sealed record EvidenceModel(string Kind, string Subject, bool Passed, int? ExitCode, int? HttpStatus);

/// <summary>What the result of an agent's task says of its evidence. What the agent says of itself is none.</summary>
internal static class Evidence
{
    public static bool IsVerified(JsonElement? result) =>
        result is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("verified", out var verified) && verified.ValueKind == JsonValueKind.True;

    /// <summary>Null for what no agent did.</summary>
    public static string? Word(JsonElement? result) => result is null ? null : IsVerified(result) ? "verified" : "claimed";

    public static IReadOnlyList<EvidenceModel> Of(JsonElement? result) =>
        result is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("evidence", out var pieces) && pieces.ValueKind == JsonValueKind.Array
            ? [.. pieces.EnumerateArray().Where(piece => piece.ValueKind == JsonValueKind.Object).Select(Piece)]
            : [];

    private static EvidenceModel Piece(JsonElement piece) => new(
        Text(piece, "kind"), Text(piece, "subject"), piece.TryGetProperty("passed", out var passed) && passed.ValueKind == JsonValueKind.True,
        Number(piece, "exit_code"), Number(piece, "http_status"));

    private static int? Number(JsonElement piece, string name) =>
        piece.TryGetProperty(name, out var given) && given.ValueKind == JsonValueKind.Number && given.TryGetInt32(out var number) ? number : null;

    private static string Text(JsonElement piece, string name) => piece.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";
}
