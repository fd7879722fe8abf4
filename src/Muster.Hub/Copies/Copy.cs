using System.Threading.Channels;
using Muster.Hub.Fleet;
using Muster.Protocol.Ids;
using Muster.Protocol.Transfers;
using Muster.Protocol.Wire;

namespace Muster.Hub.Copies;

/// <summary>One end of a copy.</summary>
internal sealed record CopyEnd(NodeSnapshot Node, string Path)
{
    public override string ToString() => $"{Node.Name}:{Path}";
}

/// <summary>The run of an agent that asked for a copy.</summary>
internal sealed record CopyRun(string Id, string Conversation, string Node);

/// <summary>What is to be done. It comes from a machine, or is an artifact; it goes to a machine, or to its user.</summary>
internal sealed record CopyPlan(Id<User> User, CopyEnd? From, CopyEnd? To)
{
    /// <summary>What is copied where <see cref="From"/> is null.</summary>
    public ContentHash Given { get; init; }

    public required string Name { get; init; }

    public uint Mode { get; init; }

    public bool Overwrite { get; init; }

    /// <summary>Null: a person asked, or a program with a key.</summary>
    public CopyRun? Run { get; init; }
}

/// <summary>What a machine works on for a copy now.</summary>
/// <param name="Content">Of a step that writes.</param>
internal sealed record CopyStep(Id<Node> Node, string Word, ContentHash Content)
{
    public Channel<CopyReport> Reports { get; } = Channel.CreateBounded<CopyReport>(new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest });
}

/// <summary>One copy, in memory alone: it does not outlive the hub.</summary>
internal sealed class Copy(Id<FileCopy> id, CopyPlan plan, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _cancel = new();
    private CopyModel _model = new(
        id.ToString(), CopyState.Running, CopyState.Waiting, plan.From?.ToString() ?? plan.Given.ToString(), plan.To?.ToString(), plan.Name, 0, 0, null, null, null, time.GetUtcNow(), null);

    private long _askedAt = time.GetTimestamp();
    private string? _why;
    private bool _begun;

    public string Id { get; } = id.ToString();

    public CopyPlan Plan => plan;

    public CopyModel Model
    {
        get
        {
            lock (_gate)
            {
                return _model;
            }
        }
    }

    /// <summary>Null between steps.</summary>
    public CopyStep? Step { get; set; }

    public CancellationToken Cancelled => _cancel.Token;

    public bool IsOver => Model.EndedAt is not null;

    public bool Begun
    {
        get
        {
            lock (_gate)
            {
                return _begun;
            }
        }
    }

    /// <summary>True once, and never for one that is over.</summary>
    public bool TryBegin()
    {
        lock (_gate)
        {
            return _model.EndedAt is null && !_begun && (_begun = true);
        }
    }

    /// <summary>Somebody wants to know how far it is.</summary>
    public void Ask() => Interlocked.Exchange(ref _askedAt, time.GetTimestamp());

    public TimeSpan Unasked => time.GetElapsedTime(Interlocked.Read(ref _askedAt));

    public void Change(Func<CopyModel, CopyModel> change)
    {
        lock (_gate)
        {
            _model = _model.EndedAt is null ? change(_model) : _model;
        }
    }

    /// <summary>For the reason that comes first; one that is over stays as it is.</summary>
    public void Cancel(string why)
    {
        lock (_gate)
        {
            if (_model.EndedAt is not null)
            {
                return;
            }

            _why ??= why;
            if (!_begun)
            {
                _model = _model with { State = CopyState.Cancelled, Error = why, EndedAt = time.GetUtcNow() };
            }
        }

        _cancel.Cancel();
    }

    public void End(string state, string? error = null) =>
        Change(model => model with { State = state, Error = error ?? (state == CopyState.Cancelled ? _why : null), EndedAt = time.GetUtcNow() });

    public void Dispose() => _cancel.Dispose();
}
