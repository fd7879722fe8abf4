using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;

namespace Muster.Hub.Jobs.Probes;

/// <summary>What the hub knows beforehand of a job that it made itself, to see whether a machine answers rightly.</summary>
/// <param name="File">The one output.</param>
/// <param name="Sha256">Of its content, in lower-case hex.</param>
/// <param name="AsUser">Id of one who may run tasks on that machine, and is named to it as the submitter.</param>
public sealed record ProbePlan(string File, string Sha256, string AsUser)
{
    /// <summary>Nobody's id: such jobs are in no user's lists, and nobody pays or is paid for them.</summary>
    public static Id<User> Owner { get; } = Id<User>.Parse(User.Prefix + new string('0', 26));

    /// <summary>By the files themselves: what a node says of their hash in all is its own word.</summary>
    public bool IsRight(AttemptEnd end) =>
        end.Outputs is [var output] && output.Path == File && Convert.ToHexStringLower(output.Sha256.Span) == Sha256;
}
