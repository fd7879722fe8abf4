using System.Text.Json.Serialization;
using Muster.Client.Wallet;
using Muster.Protocol.Jobs;

namespace Muster.Client.Jobs;

/// <summary>How a spec is submitted, or looked at before.</summary>
public sealed record SubmitOptions
{
    /// <summary>Most that the job may cost in CPT, over what the spec says.</summary>
    public decimal? MaxCpt { get; init; }

    /// <summary>Over what the spec says.</summary>
    public SpecPriority? Priority { get; init; }

    /// <summary>Where the local files are that the spec names; each is uploaded before. Null: the spec names none, or <see cref="Files"/> has them.</summary>
    public string? Folder { get; init; }

    /// <summary>Files that are uploaded already, by the names that the spec gives them.</summary>
    public IReadOnlyDictionary<string, JobFile>? Files { get; init; }

    /// <summary>Up to 200 characters. A program that may be restarted in between stores one first, and gives it again: there is then one job.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Told of uploads as they go; from several threads.</summary>
    public IProgress<FileUpload>? Progress { get; init; }
}

/// <param name="Sha256">64 hexadecimal digits.</param>
/// <param name="Size">In bytes.</param>
public sealed record JobFile(string Sha256, long Size);

/// <param name="Name">As the spec names it.</param>
/// <param name="Sent">Bytes of it that the hub has.</param>
public sealed record FileUpload(string Name, long Sent, long Size);

internal sealed record SubmitRequest(
    JobSource Spec,
    IReadOnlyDictionary<string, JobFile>? Files,
    [property: JsonConverter(typeof(CreditsAsText))] decimal? MaxCpt,
    string? Priority);
