using Muster.Hub.Routing.Commands;
using Muster.Protocol.Wire;

namespace Muster.Hub.Chat.Undo;

/// <summary>One question to the machines of a conversation, or one order to them, and what they have answered so far.</summary>
internal sealed class UndoAsked
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _waits = new(StringComparer.Ordinal);
    private readonly List<(string Node, UndoReport Report)> _reports = [];

    public required string Id { get; init; }
    public required string Conversation { get; init; }

    /// <summary>The message that asked for it.</summary>
    public required string ReplyTo { get; init; }

    public required bool Chinese { get; init; }

    /// <summary>What can come back is taken back, whatever cannot.</summary>
    public bool Sure { get; init; }

    public bool Apply { get; init; }

    /// <summary>The message whose changes are meant; null: the newest.</summary>
    public string? Message { get; init; }

    /// <summary>A message that the machines were told to forget; one that says it again does not know how.</summary>
    public string? Passed { get; init; }

    /// <summary>Of an order: the beginning of the message whose changes are taken back.</summary>
    public string Title { get; init; } = "";

    /// <summary>Machines, by id and name, that could not be asked.</summary>
    public List<(string Id, string Name)> Missing { get; } = [];

    public IReadOnlyList<(string Node, UndoReport Report)> Reports
    {
        get
        {
            lock (_gate)
            {
                return [.. _reports];
            }
        }
    }

    /// <summary>Machines that have not answered.</summary>
    public IReadOnlySet<string> Silent
    {
        get
        {
            lock (_gate)
            {
                return new HashSet<string>(_waits, StringComparer.Ordinal);
            }
        }
    }

    public static UndoAsked Of(CommandCall call, string id, bool sure, string? message) =>
        new() { Id = id, Conversation = call.Conversation, ReplyTo = call.MessageId, Chinese = call.Chinese, Sure = sure, Message = message };

    /// <summary>The same again, about what was before a message.</summary>
    public UndoAsked Past(string id, string message) => new() { Id = id, Conversation = Conversation, ReplyTo = ReplyTo, Chinese = Chinese, Sure = Sure, Passed = message };

    public void Expect(string node)
    {
        lock (_gate)
        {
            _waits.Add(node);
        }
    }

    /// <returns>True when this was the last answer.</returns>
    public bool Take(string node, string name, UndoReport report)
    {
        lock (_gate)
        {
            if (!_waits.Remove(node))
            {
                return false;
            }

            _reports.Add((name, report));
            return _waits.Count == 0;
        }
    }
}
