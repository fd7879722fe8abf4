using System.Collections.Concurrent;
using Muster.Hub.Api;
using Muster.Hub.Fleet;
using Muster.Protocol.Ids;
using Muster.Protocol.Wire;

namespace Muster.Hub.Copies;

/// <summary>All copies that go on, and those that ended lately.</summary>
internal sealed class CopyBook(CopyOptions options, TimeProvider time)
{
    private const int MostRemembered = 10_000;
    private const int ShortestPrefix = 6;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, Copy> _copies = new(StringComparer.Ordinal);

    /// <exception cref="ApiException">429: too many of this user go on.</exception>
    public Copy Add(CopyPlan plan)
    {
        lock (_gate)
        {
            Tidy();
            if (_copies.Values.Count(copy => !copy.IsOver && copy.Plan.User == plan.User) >= options.MostAtOnce)
            {
                throw new ApiException(429, "too_many_copies", $"{options.MostAtOnce} of your copies go on: wait until one is over, or cancel one.") { RetryAfter = TimeSpan.FromSeconds(5) };
            }

            var copy = new Copy(Id<FileCopy>.New(time), plan, time);
            return _copies[copy.Id] = copy;
        }
    }

    /// <param name="id">Or a prefix of its random part that no other of this user has.</param>
    /// <exception cref="ApiException">404: there is none, or it is another's.</exception>
    public Copy Find(Id<User> user, string id)
    {
        var named = _copies.TryGetValue(id, out var exact) ? [exact] : id.Length < ShortestPrefix ? [] : _copies.Values.Where(copy => IsPrefix(id, copy)).ToArray();
        return named.Where(copy => copy.Plan.User == user).Take(2).ToList() is [var only] ? only : throw ApiException.NotFound("copy");
    }

    /// <summary>The step that this machine may move bytes for now.</summary>
    /// <exception cref="ApiException">404: there is none.</exception>
    public CopyStep StepOf(Id<Node> node, string id, string word) =>
        _copies.TryGetValue(id, out var copy) && !copy.IsOver && copy.Step is { } step && step.Node == node && step.Word == word
            ? step
            : throw new ApiException(404, "no_copy", "This machine has no part in this copy, or not any more.");

    /// <summary>A machine is an end of a copy that this run asked for.</summary>
    public bool Serves(Id<Node> node, string run) => _copies.Values.Any(copy =>
        !copy.IsOver && copy.Plan.Run?.Id == run && (copy.Plan.From?.Node.Id == node || copy.Plan.To?.Node.Id == node));

    public void Hear(NodeSnapshot node, CopyReport report)
    {
        if (_copies.TryGetValue(report.CopyId, out var copy) && copy.Step is { } step && step.Node == node.Id && step.Word == report.Step)
        {
            step.Reports.Writer.TryWrite(report);
        }
    }

    private static bool IsPrefix(string text, Copy copy) => copy.Id.AsSpan(FileCopy.Prefix.Length + 10).StartsWith(text, StringComparison.OrdinalIgnoreCase);

    private void Tidy()
    {
        foreach (var copy in _copies.Values.Where(copy => !copy.Begun && !copy.IsOver && copy.Unasked > options.Unasked))
        {
            copy.Cancel("Nobody asked for it any more before it began.");
        }

        var old = _copies.Values.Where(copy => copy.IsOver).OrderByDescending(copy => copy.Model.EndedAt)
            .Where((copy, place) => place >= MostRemembered || time.GetUtcNow() - copy.Model.EndedAt > options.Remembered).ToList();
        foreach (var copy in old)
        {
            _copies.TryRemove(copy.Id, out _);
            copy.Dispose();
        }
    }
}
