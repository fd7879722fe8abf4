using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;

namespace Muster.Hub.Artifacts;

/// <summary>Who refers to an artifact, and by that may read it.</summary>
public readonly record struct ArtifactHolder
{
    private ArtifactHolder(string text, long? job, Id<User>? user = null) => (Text, Job, User) = (text, job, user);

    /// <summary>As it is stored: <c>user:usr_…</c>, <c>job:12</c>, <c>copy:cpy_…</c>.</summary>
    public string Text { get; }

    /// <summary>The job whose owner may read it for this reference.</summary>
    public long? Job { get; }

    /// <summary>Who it is, where it is a person.</summary>
    public Id<User>? User { get; }

    /// <summary>Someone who uploaded it.</summary>
    public static ArtifactHolder Of(Id<User> user) => new($"user:{user}", null, user);

    /// <summary>A job whose input, output or log it is.</summary>
    public static ArtifactHolder Of(long job) => new($"job:{job}", job);

    /// <summary>An attempt that brought it, until its result is in.</summary>
    public static ArtifactHolder Of(AttemptName attempt) => new($"attempt:{attempt.Job}/{attempt.Task}/{attempt.Attempt}", null);

    /// <summary>A file on its way between two machines.</summary>
    public static ArtifactHolder Copy(string id) => new($"copy:{id}", null);
}
