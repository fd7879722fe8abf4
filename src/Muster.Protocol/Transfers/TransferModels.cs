using System.Text.Json.Serialization;

namespace Muster.Protocol.Transfers;

/// <summary>An artifact that the hub has.</summary>
/// <param name="Sha256">Its name: 64 hexadecimal digits.</param>
public sealed record ArtifactInfo(string Sha256, long Size);

/// <summary>An upload that can be resumed, and how far it is.</summary>
/// <param name="Offset">Bytes that have arrived.</param>
/// <param name="Length">Null while its sender has not said.</param>
/// <param name="Sha256">Name of the artifact that it became; null until it is complete.</param>
public sealed record UploadInfo(string Id, long Offset, long? Length, bool Complete, string? Sha256);

/// <summary>A file that an attempt is given.</summary>
/// <param name="Path">Relative to the work folder, with <c>/</c>.</param>
public sealed record InputFile(string Path, string Sha256, long Size);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ArtifactInfo))]
[JsonSerializable(typeof(UploadInfo))]
[JsonSerializable(typeof(IReadOnlyList<InputFile>))]
public sealed partial class TransferJson : JsonSerializerContext;
