using System.Text.Json;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Fleet;
using Muster.Storage;

namespace Muster.Hub.Chat.Tools;

/// <summary>What a tool of a run asks of the hub, in the name of the run's user.</summary>
/// <param name="Id">Of the question: one that is asked again after a crash has the same.</param>
/// <param name="Verb">What follows the area in the method: <c>read</c> of <c>memory.read</c>.</param>
internal sealed record RunCall(Transaction Tx, RunRow Run, NodeSnapshot Node, string UserId, string Id, string Verb, JsonElement Arguments)
{
    /// <summary>An argument, or nothing.</summary>
    public string Text(string name) =>
        Arguments.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    public int Whole(string name, int otherwise, int least, int most) =>
        Arguments.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? Math.Clamp(number, least, most) : otherwise;
}

/// <summary>Answers the questions of one area. A new area is a class beside what it is about, and a line where its feature is added.</summary>
internal interface IRunCalls
{
    /// <summary>What stands before the point in a method: <c>memory</c>.</summary>
    string Area { get; }

    /// <returns>JSON; null: there is no such verb.</returns>
    /// <exception cref="Api.ApiException">It is refused; the sentence is for the model and the person.</exception>
    /// <exception cref="JsonException">The arguments cannot be read.</exception>
    string? Answer(RunCall call);
}

/// <summary>A question that is answered outside of the transaction in which it came.</summary>
/// <param name="MayRun">The credential of the message that the run is for may submit jobs.</param>
internal sealed record RunAsked(RunRow Run, NodeSnapshot Node, string UserId, bool MayRun, string Verb, JsonElement Arguments)
{
    /// <summary>An argument, or nothing.</summary>
    public string Text(string name) =>
        Arguments.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    public double Seconds(string name, double most, double otherwise = 0) =>
        Arguments.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? Math.Clamp(number, 0, most) : otherwise;
}

/// <summary>
/// As <see cref="IRunCalls"/>, for what has transactions of its own, or waits. A hub that is killed meanwhile does not answer: whoever
/// asked asks again, with the same key. The seam between the desk and the features.
/// </summary>
internal interface IRunWork
{
    string Area { get; }

    /// <inheritdoc cref="IRunCalls.Answer"/>
    Task<string?> AnswerAsync(RunAsked asked, CancellationToken cancel);
}
