namespace Muster.Client.Copies;

/// <summary>What is copied: a file of a machine, or an artifact.</summary>
public sealed record CopySource
{
    public string? Node { get; init; }
    public string? Path { get; init; }
    public string? Sha256 { get; init; }

    /// <summary>Of an artifact: the file's name where the target is a folder.</summary>
    public string? Name { get; init; }

    /// <summary>Of an artifact: its permissions as three octal digits.</summary>
    public string? Mode { get; init; }

    /// <param name="path">As the machine's file tools take it.</param>
    public static CopySource File(string node, string path) => new() { Node = node, Path = path };

    public static CopySource Artifact(string sha256, string? name = null, string? mode = null) => new() { Sha256 = sha256, Name = name, Mode = mode };
}

/// <param name="Path">As the machine's file tools take it. A folder, or one that ends with a slash, keeps the file's name.</param>
public sealed record CopyPlace(string Node, string Path);

/// <summary>A copy. <see cref="State"/> is <c>running</c>, <c>succeeded</c>, <c>failed</c> or <c>cancelled</c>.</summary>
public sealed record CopyInfo
{
    public required string Id { get; init; }
    public required string State { get; init; }

    /// <summary><c>waiting</c>, <c>checking</c>, <c>reading</c> or <c>writing</c>; <see cref="Bytes"/> of <see cref="Total"/> have moved in it.</summary>
    public required string Step { get; init; }
    public required string From { get; init; }
    public string? To { get; init; }
    public required string Name { get; init; }
    public long Bytes { get; init; }
    public long Total { get; init; }
    public string? Sha256 { get; init; }

    /// <summary>Three octal digits.</summary>
    public string? Mode { get; init; }
    public string? Error { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    public bool IsOver => State != "running";
}

internal sealed record CopyRequest(CopySource From, CopyPlace? To, bool Overwrite);
