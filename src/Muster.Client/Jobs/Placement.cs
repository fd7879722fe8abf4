using System.Text.Json.Serialization;
using Muster.Client.Wallet;

namespace Muster.Client.Jobs;

/// <summary>What submitting a spec would do; nothing of it was done.</summary>
/// <param name="MissingFiles">Local files that would be uploaded first, as the spec names them.</param>
/// <param name="Quote">The most that it costs when nothing is tried twice, in CPT; null while files are missing.</param>
/// <param name="Tasks">Null while files are missing.</param>
/// <param name="Steps">Where each step could run now, up to a hundred steps; null while files are missing.</param>
public sealed record JobPreview(
    IReadOnlyList<string> MissingFiles,
    [property: JsonConverter(typeof(CreditsAsText))] decimal? Quote,
    int? Tasks,
    IReadOnlyList<StepPreview>? Steps);

/// <param name="Problem">Why it could not run as things are, though single machines fit: it needs more of them.</param>
public sealed record StepPreview(string Step, int Tasks, IReadOnlyList<NodeVerdict> Nodes, string? Problem = null);

/// <summary>Why a task waits, or where it runs.</summary>
/// <param name="Summary">The one sentence that matters most.</param>
public sealed record WhyInfo(string Summary, IReadOnlyList<string> Details, IReadOnlyList<NodeVerdict> Nodes);

/// <summary>What a machine has to say to a task.</summary>
/// <param name="Reason">The first thing that speaks against it; null when it fits.</param>
/// <param name="Scores">Weighted, by name; the largest sum gets the task. Null when it does not fit.</param>
public sealed record NodeVerdict(string Node, bool Fits, string? Reason, IReadOnlyDictionary<string, double>? Scores);
