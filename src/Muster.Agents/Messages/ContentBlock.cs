using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Agents.Messages;

/// <summary>One part of a message. On the wire: an object with <c>type</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(TextBlock), "text")]
[JsonDerivedType(typeof(ThinkingBlock), "thinking")]
[JsonDerivedType(typeof(ToolCallBlock), "tool_call")]
[JsonDerivedType(typeof(ImageBlock), "image")]
public abstract record ContentBlock;

public sealed record TextBlock(string Text) : ContentBlock;

/// <summary>What a model thought aloud. Replayed only to the model that wrote it.</summary>
/// <param name="Signature">Opaque proof that some providers want back unchanged.</param>
public sealed record ThinkingBlock(string Text, string? Signature = null) : ContentBlock;

/// <summary>A call that the model asks for. <paramref name="Id"/> is unique in its message.</summary>
public sealed record ToolCallBlock(string Id, string Name, JsonElement Arguments) : ContentBlock;

/// <param name="Data">Base64.</param>
public sealed record ImageBlock(string Data, string MediaType) : ContentBlock;
