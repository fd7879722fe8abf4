using Microsoft.Extensions.Logging;
using Muster.Protocol.Wire;

namespace Muster.Node.Compute.Owner;

/// <summary>
/// Tells whether somebody else than the pool uses this machine: all that its processors do, less what tasks use. It counts as in use
/// after two readings above the owner's limit, and as idle again after a minute below it.
/// </summary>
internal sealed partial class IdleWatch(ComputeOptions options, OwnerRules rules, TimeProvider time, ILogger logger)
{
    private const int BusyReadings = 2;
    private static readonly TimeSpan _quiet = TimeSpan.FromMinutes(1);
    private (double Tasks, long At)? _before;
    private int _busy;
    private long _quietSince = time.GetTimestamp();

    /// <param name="taskSeconds">Processor time of all tasks since the start.</param>
    /// <returns>Whether this changed anything.</returns>
    public bool Look(NodeReadings readings, double taskSeconds, int cores)
    {
        var now = time.GetTimestamp();
        var (before, was) = (_before, rules.InUse);
        _before = (taskSeconds, now);
        if (!options.OnlyWhenIdle || before is not { } last || time.GetElapsedTime(last.At, now).TotalSeconds is not (var seconds and > 0))
        {
            return false;
        }

        var others = readings.Cpu - (Math.Max(0, taskSeconds - last.Tasks) / seconds / cores);
        if (others > options.BusyAbove)
        {
            _busy++;
            _quietSince = now;
        }
        else
        {
            _busy = 0;
        }

        rules.InUse = was ? time.GetElapsedTime(_quietSince, now) < _quiet : _busy >= BusyReadings;
        if (rules.InUse != was)
        {
            LogUse(logger, rules.InUse ? "in use by others than the pool: tasks halt, and no new ones are taken" : "idle again: tasks go on", others);
        }

        return rules.InUse != was;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "This machine is {What} (others use {Share:P0} of its processors)")]
    private static partial void LogUse(ILogger logger, string what, double share);
}
