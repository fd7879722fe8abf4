using Muster.Agents.Loop;
using Muster.Agents.Messages;

namespace Muster.Agents.Journal;

/// <summary>A run as its records tell it, up to where they end.</summary>
internal sealed class RunReplay
{
    private readonly List<AgentMessage> _context = [];
    private readonly List<AgentMessage> _added = [];
    private readonly List<JournalRecord.Queued> _queued = [];
    private readonly List<AgentMessage> _everything = [];
    private UnfinishedCalls _calls = UnfinishedCalls.None;
    private AssistantMessage? _answer;
    private bool _compacted;
    private bool _turnIsOver;
    private int _turn = 1;
    private int _attempts;

    public JournalRecord.RunFinished? Finished { get; private set; }

    public bool AbortRequested { get; private set; }

    public RunStart Start => new()
    {
        Turn = _turnIsOver && _answer is null ? _turn + 1 : _turn,
        Answered = IsRetryable(_answer) ? null : _answer,
        Progress = new TurnProgress(_attempts, _compacted, IsRetryable(_answer) ? _answer : null),
        Calls = _calls,
    };

    /// <exception cref="ArgumentException">They are not the records of a run.</exception>
    public static RunReplay Of(IReadOnlyList<JournalRecord> records)
    {
        if (records is not [JournalRecord.RunStarted, ..])
        {
            throw new ArgumentException("A run's journal begins with run_started; this one does not, so the run cannot be resumed.");
        }

        var replay = new RunReplay();
        foreach (var record in records)
        {
            replay.Apply(record);
        }

        return replay;
    }

    public void ApplyTo(RunScope run)
    {
        run.State.Replace(_context);
        run.State.Remember(_everything);
        run.CountAsAdded(_added);
        foreach (var queued in _queued)
        {
            if (queued.Message is UserMessage message)
            {
                (queued.Kind == QueueKind.Steering ? (Action<UserMessage>)run.Queues.AddSteering : run.Queues.AddFollowUp)(message);
            }
        }
    }

    private void Apply(JournalRecord record)
    {
        switch (record)
        {
            case JournalRecord.RunStarted started:
                _context.AddRange([.. started.Context, .. started.Prompts]);
                _everything.AddRange(_context);
                _added.AddRange(started.Prompts);
                break;
            case JournalRecord.ModelCallStarted call:
                BeginCall(call);
                break;
            case JournalRecord.MessageAdded { Message: var message }:
                Add(message);
                break;
            case JournalRecord.ToolStarted tool:
                _calls.Add(tool);
                break;
            case JournalRecord.ToolFinished tool:
                _calls.Add(tool);
                _everything.Add(tool.Result);
                break;
            case JournalRecord.Queued queued:
                _queued.Add(queued);
                _everything.Add(queued.Message);
                break;
            case JournalRecord.Unqueued taken:
                _queued.RemoveAll(queued => taken.MessageIds.Contains(queued.Message.Id));
                break;
            case JournalRecord.ContextCompacted compacted:
                Compact(compacted);
                break;
            case JournalRecord.AbortRequested:
                AbortRequested = true;
                break;
            case JournalRecord.RunFinished finished:
                Finished = finished;
                break;
        }
    }

    private void BeginCall(JournalRecord.ModelCallStarted call)
    {
        if (call.Turn == _turn && _answer is { StopReason: StopReason.Error } failed)
        {
            Drop(failed);
        }

        _compacted &= call.Turn == _turn;
        _turn = call.Turn;
        _attempts = call.Attempt;
        _answer = null;
        _turnIsOver = false;
        _calls = UnfinishedCalls.None;
        _everything.Add(new UserMessage { Id = call.MessageId, At = default });
    }

    private void Add(AgentMessage message)
    {
        _context.Add(message);
        _added.Add(message);
        _everything.Add(message);
        _queued.RemoveAll(queued => queued.Message.Id == message.Id);
        switch (message)
        {
            case AssistantMessage answer:
                _answer = answer;
                break;
            case ToolResultMessage result:
                _calls.Add(result);
                break;
            case UserMessage when _answer is not null && !IsRetryable(_answer):
                // Said in the next turn, whose model call had not begun.
                _answer = null;
                _turnIsOver = true;
                _attempts = 0;
                _compacted = false;
                break;
        }
    }

    private void Compact(JournalRecord.ContextCompacted compacted)
    {
        if (_answer is { Failure.Kind: ModelFailureKind.Overflow } failed)
        {
            _compacted = true;
            Drop(failed);
        }

        var first = _context.FindIndex(message => message.Id == compacted.FirstKeptMessageId);
        _context.RemoveRange(0, first < 0 ? _context.Count : first);
        _context.Insert(0, compacted.Summary);
        _everything.Add(compacted.Summary);
    }

    /// <summary>A failed answer that was, or is about to be, tried again.</summary>
    private void Drop(AssistantMessage failed)
    {
        _context.RemoveAll(message => ReferenceEquals(message, failed));
        _added.RemoveAll(message => ReferenceEquals(message, failed));
        _answer = null;
    }

    private static bool IsRetryable(AssistantMessage? answer) =>
        answer is { StopReason: StopReason.Error, Failure.Kind: ModelFailureKind.Transient or ModelFailureKind.Overflow };
}
