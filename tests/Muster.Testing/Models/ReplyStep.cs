using System.Text.Json.Nodes;

namespace Muster.Testing.Models;

/// <summary>One thing that a scripted reply does, in order.</summary>
public abstract record ReplyStep
{
    public sealed record Text(string Piece) : ReplyStep;

    /// <param name="Field">What the provider calls it: <c>reasoning_content</c>, or <c>reasoning</c>.</param>
    public sealed record Reasoning(string Piece, string Field = "reasoning_content") : ReplyStep;

    /// <summary>One piece of a tool call. What is null is left out of the chunk.</summary>
    public sealed record Call(int? Index, string? Id = null, string? Name = null, string? Arguments = null) : ReplyStep;

    /// <summary>Bytes as they are, outside any event: a comment, a broken chunk, an error chunk.</summary>
    public sealed record Raw(string Sse) : ReplyStep;

    public sealed record Delay(TimeSpan Time) : ReplyStep;

    public sealed record Wait(Gate Gate) : ReplyStep;

    /// <summary>Closes the connection in the middle of the body; all before it arrives.</summary>
    public sealed record Cut : ReplyStep;

    /// <summary>Ends the answer in good order, without a finish reason and without [DONE].</summary>
    public sealed record End : ReplyStep;

    public static Raw Comment(string text) => new($": {text}\n\n");

    public static Raw Chunk(string json) => new($"data: {json}\n\n");

    public static Raw ErrorChunk(string message, string? code = null) =>
        Chunk(Wire.Text(new JsonObject { ["error"] = new JsonObject { ["message"] = message, ["type"] = "server_error", ["code"] = code } }));
}
