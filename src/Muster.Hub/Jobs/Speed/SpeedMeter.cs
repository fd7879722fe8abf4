using Microsoft.Extensions.Logging;
using Muster.Hub.Fleet;
using Muster.Hub.Fleet.Standing;
using Muster.Hub.Jobs.Nodes;
using Muster.Hub.Operations;
using Muster.Protocol.Ids;
using Muster.Protocol.Wire;

namespace Muster.Hub.Jobs.Speed;

/// <summary>
/// Measures how fast machines are by the hub's own clock: when one first connects, and then once a day while it has no task. One
/// machine at a time, so that the hub's checks of one do not slow another.
/// </summary>
internal sealed partial class SpeedMeter(NodeDirectory nodes, PoolNodes offers, PoolLoop loop, NodeStandings standings, TimeProvider time, ILogger<SpeedMeter> logger)
    : Rounds(_look, time, logger)
{
    private const int FirstSteps = 1000;
    private const int MostSteps = 500_000;
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _daily = TimeSpan.FromDays(1);
    private static readonly TimeSpan _again = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _wanted = TimeSpan.FromSeconds(0.5);
    private readonly Dictionary<Id<Node>, DateTimeOffset> _tried = [];
    private volatile Waiting? _waiting;

    /// <summary>Before the first link opens.</summary>
    public void Register() => nodes.Observe(Frame.BodyOneofCase.Measured, (node, frame) => Answered(node, frame.Measured));

    protected override async Task RoundAsync(CancellationToken cancel)
    {
        foreach (var node in nodes.All.Where(IsDue))
        {
            await MeasureAsync(node, cancel);
        }
    }

    private bool IsDue(NodeSnapshot node)
    {
        var now = Time.GetUtcNow();
        return node is { Online: true, Dialect: NodeDialect.Muster } && (node.Standing.MeasuredAt is not { } at || now - at >= _daily)
            && (!_tried.TryGetValue(node.Id, out var tried) || now - tried >= _again);
    }

    private async Task MeasureAsync(NodeSnapshot node, CancellationToken cancel)
    {
        if (offers.OfferOf(node.Id) is not { Cpus: > 0 } offer || await loop.AskAsync((state, _) => state.Nodes.GetValueOrDefault(node.Id)?.Attempts.Count > 0, cancel))
        {
            return;
        }

        _tried[node.Id] = Time.GetUtcNow();
        var lanes = (int)Math.Min(Math.Ceiling(offer.Cpus), 1000);
        var taken = await TryAsync(node, SpeedOrder.New(lanes, FirstSteps), cancel); // small, to know how much takes half a second
        if (taken is { Wall: { Ticks: > 0 } first, Right: true })
        {
            taken = await TryAsync(node, SpeedOrder.New(lanes, (int)Math.Clamp(FirstSteps * (_wanted / first), FirstSteps, MostSteps)), cancel);
        }

        if (taken is not { } measured)
        {
            return;
        }

        // Half a core granted is half a lane's speed.
        var score = measured.Right ? Math.Round(measured.Score * Math.Min(1, offer.Cpus / Math.Max(lanes, 1))) : 0;
        LogMeasured(Logger, measured.Right ? LogLevel.Information : LogLevel.Warning, node.Name, score, measured.Right ? "" : ": its answer was wrong");
        await standings.SetScoreAsync(node.Id, score, cancel);
    }

    /// <summary>Null when no answer came.</summary>
    private async Task<(TimeSpan Wall, bool Right, double Score)?> TryAsync(NodeSnapshot node, SpeedOrder order, CancellationToken cancel)
    {
        var waiting = new Waiting(node.Id, order.Id);
        _waiting = waiting;
        try
        {
            var start = Time.GetTimestamp();
            if (!nodes.TrySend(node.Id, order.Frame))
            {
                return null;
            }

            var (answer, at) = await waiting.Answer.Task.WaitAsync(_patience, Time, cancel);
            var wall = Time.GetElapsedTime(start, at);
            return (wall, await Task.Run(() => order.IsRight(answer.Span), cancel), order.Score(wall));
        }
        catch (TimeoutException)
        {
            return null; // it went away, or is too old to know the question
        }
        finally
        {
            _waiting = null;
        }
    }

    private void Answered(NodeSnapshot node, Measured measured)
    {
        if (_waiting is { } waiting && waiting.Node == node.Id && waiting.Id == measured.Id)
        {
            waiting.Answer.TrySetResult((measured.Checkpoints.Memory, Time.GetTimestamp()));
        }
    }

    [LoggerMessage(Message = "The CPU score of {Name} is {Score}{Remark}")]
    private static partial void LogMeasured(ILogger logger, LogLevel level, string name, double score, string remark);

    private sealed class Waiting(Id<Node> node, ulong id)
    {
        public Id<Node> Node => node;

        public ulong Id => id;

        public TaskCompletionSource<(ReadOnlyMemory<byte> Checkpoints, long At)> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
