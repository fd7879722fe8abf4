namespace Muster.Hub.Copies;

/// <param name="To">Null: the hub keeps the file as an artifact of the user, for as long as an upload.</param>
/// <param name="Overwrite">Replaces a file that is there.</param>
public sealed record CopyRequest(CopySource? From, CopyPlace? To, bool? Overwrite);

/// <summary>A file of a machine (<c>node</c> and <c>path</c>), or an artifact that the user may read.</summary>
/// <param name="Name">Of an artifact: the file's, where the target is a folder.</param>
/// <param name="Mode">Of an artifact: three octal digits.</param>
public sealed record CopySource(string? Node, string? Path, string? Sha256, string? Name, string? Mode);

/// <param name="Path">As the machine's file tools take it. A folder, or one that ends with a slash, keeps the file's name.</param>
public sealed record CopyPlace(string? Node, string? Path);

/// <param name="Step">What is done now, or was last.</param>
/// <param name="To">Where the file goes; with the name that it gets there, once that is known.</param>
/// <param name="Bytes">Of <paramref name="Total"/>, moved in this step.</param>
/// <param name="Sha256">Of the content, once the hub has it.</param>
/// <param name="Mode">Its permissions as three octal digits, where its machine has such.</param>
/// <param name="Error">Why it failed or was cancelled.</param>
public sealed record CopyModel(
    string Id, string State, string Step, string From, string? To, string Name, long Bytes, long Total, string? Sha256, string? Mode, string? Error,
    DateTimeOffset CreatedAt, DateTimeOffset? EndedAt);

/// <summary>The words of <see cref="CopyModel"/>.</summary>
internal static class CopyState
{
    public const string Running = "running";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";

    public const string Waiting = "waiting";
    public const string Checking = "checking";
    public const string Reading = "reading";
    public const string Writing = "writing";
}
