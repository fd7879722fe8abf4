using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Agents.Tools;

namespace Muster.Node.Tools;

/// <param name="Note">What the command's own output does not say: a timeout, a cut.</param>
internal sealed record ShellResult(string Stdout, string Stderr, int ExitCode, string? Note);

internal sealed record ShellDetails(string Isolation, long DurationMs, int Killed, long StdoutBytes, long StderrBytes, bool TimedOut);

internal sealed record EditDetails(string Diff, int Edits, int FirstChangedLine);

internal sealed record FileDetails(string Path, long Bytes, bool Cut);

internal sealed record MatchDetails(int Matches, int FilesSearched, int FilesSkipped);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ShellResult))]
[JsonSerializable(typeof(ShellDetails))]
[JsonSerializable(typeof(EditDetails))]
[JsonSerializable(typeof(FileDetails))]
[JsonSerializable(typeof(MatchDetails))]
[JsonSerializable(typeof(SystemReport))]
[JsonSerializable(typeof(Files.CopyWanted))]
[JsonSerializable(typeof(Files.CopyName))]
[JsonSerializable(typeof(Files.CopyState))]
[JsonSerializable(typeof(Files.FileSent))]
[JsonSerializable(typeof(Background.TaskName))]
[JsonSerializable(typeof(Background.TaskViews))]
internal sealed partial class ToolJson : JsonSerializerContext
{
    /// <summary>Models read this, not browsers: text stays as it is, so that it costs few tokens.</summary>
    public static ToolJson Plain { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static ToolResult Result(string text, JsonElement details) => ToolResult.FromText(text, details);
}
