using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Muster.Storage.Writing;
using Npgsql;

namespace Muster.Storage.Postgres;

/// <summary>
/// Groups on PostgreSQL. Begin and savepoints travel with the statements of the works, so that a work of one statement costs
/// one round trip; a server that goes away is connected to again.
/// </summary>
internal sealed partial class PostgresWriterEngine(PostgresOptions options, PostgresAddress address, PostgresHold hold, PostgresSession first) : WriterEngine
{
    private const string BeginText = "begin isolation level read committed read write;";
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private enum Point
    {
        None,

        /// <summary>Set, and nothing has happened since.</summary>
        Clean,

        /// <summary>What happened since is kept.</summary>
        Kept,
    }

    private PostgresSession? _session = first;
    private Point _point;
    private long _sentBefore;
    private bool _committing;
    private long _awaySince;
    private long _lastTry;
    private TimeSpan _pause;

    private PostgresConnection Connection => _session!.Connection;

    private bool IsBroken => _session is not { Connection.IsOpen: true };

    public override void Begin(CancellationToken stopping)
    {
        (_committing, _point) = (false, Point.None);
        while (IsBroken || !_session!.Begin(BeginText, options.Time))
        {
            Drop();
            Connect(stopping);
        }
    }

    public override Transaction BeginWork()
    {
        if (_point != Point.Clean)
        {
            Connection.Lead += _point == Point.Kept ? "release savepoint work;savepoint work;" : "savepoint work;";
            _point = Point.Clean;
        }

        (_sentBefore, Connection.Failure) = (Connection.Sent, null);
        return new Transaction(_session!);
    }

    public override void EndWork()
    {
        if (Connection.Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure); // the work went on as if nothing was, but the server ignores all that follows
        }

        if (Connection.Sent != _sentBefore)
        {
            _point = Point.Kept;
        }
    }

    public override bool UndoWork()
    {
        if (IsBroken)
        {
            return false;
        }

        if (Connection.Sent != _sentBefore)
        {
            Connection.Lead += "rollback to savepoint work;"; // which leaves the savepoint for the next work
        }

        _point = Point.Clean;
        return true;
    }

    public override void Commit()
    {
        if (!Connection.Lead.StartsWith(BeginText, StringComparison.Ordinal))
        {
            _committing = true;
            // The query fails where the transaction has; a bare commit would then roll back and say nothing.
            _session!.Run("select 1;commit");
        }

        Connection.Lead = "";
        _session!.Ended(options.Time);
    }

    public override void Abandon()
    {
        if (IsBroken || !_session!.TryRollback())
        {
            Drop();
        }
        else
        {
            _session.Ended(options.Time);
        }
    }

    public override Exception Describe(Exception error) =>
        !PostgresFailure.IsOfStore(error) ? error : IsBroken ? Broken(error) : PostgresFailure.Describe(address, error);

    public override StorageException DescribeLost(Exception error)
    {
        if (error is StorageException known)
        {
            return known;
        }

        if (_committing && (IsBroken || error is not PostgresException))
        {
            return new StorageException(
                $"The connection to {address.Name} broke while this was being stored, so it is not known whether it was: look before you ask for it again.", error)
            {
                OutcomeUnknown = true,
            };
        }

        return IsBroken ? Broken(error) : PostgresFailure.Describe(address, error);
    }

    public override void Dispose() => Drop();

    private StorageException Broken(Exception error) => new(
        $"The connection to {address.Name} broke before this was stored, so nothing of it was kept: Muster connects anew by itself; try again.", error);

    private void Drop()
    {
        _session?.Dispose();
        _session = null;
    }

    /// <summary>Works wait while it tries, but not for longer than the patience from the moment the server went away.</summary>
    private void Connect(CancellationToken stopping)
    {
        if (_awaySince == 0)
        {
            (_awaySince, _lastTry, _pause) = (options.Time.GetTimestamp(), 0, TimeSpan.Zero);
        }

        while (true)
        {
            Wait(_lastTry == 0 ? TimeSpan.Zero : _pause - options.Time.GetElapsedTime(_lastTry), stopping);
            try
            {
                _session = hold.TakeAgain();
                LogBack(options.Logger, address.Name, options.Time.GetElapsedTime(_awaySince).TotalSeconds);
                _awaySince = 0;
                return;
            }
            catch (StorageException error)
            {
                LogAway(options.Logger, address.Name, error.Message);
                _lastTry = options.Time.GetTimestamp();
                _pause = _pause == TimeSpan.Zero ? FirstPause : TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, LongestPause.Ticks));
                if (stopping.IsCancellationRequested || options.Time.GetElapsedTime(_awaySince) >= options.OutagePatience)
                {
                    throw;
                }
            }
        }
    }

    private void Wait(TimeSpan pause, CancellationToken stopping)
    {
        if (pause <= TimeSpan.Zero)
        {
            return;
        }

        try
        {
            Task.Delay(pause, options.Time, stopping).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            return; // one last try, so that what waits is stored if it can be
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name} is away: {Why}")]
    private static partial void LogAway(ILogger logger, string name, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name} is connected again after {Seconds:0.0} s")]
    private static partial void LogBack(ILogger logger, string name, double seconds);
}
