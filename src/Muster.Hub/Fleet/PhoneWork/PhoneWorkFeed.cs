using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Muster.Hub.Fleet.Links;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Fleet.PhoneWork;

/// <summary>Brings what PhoneWork nodes say to the same handlers as frames of muster.v1, in order, many in one transaction.</summary>
internal sealed partial class PhoneWorkFeed(FleetContext fleet) : BackgroundService
{
    private static readonly TimeSpan _afterFailure = TimeSpan.FromSeconds(2);
    private volatile bool _ending;
    private readonly Channel<Item> _items = Channel.CreateBounded<Item>(new BoundedChannelOptions(8192) { SingleReader = true });

    /// <summary>A committed frame for a node of this dialect.</summary>
    public void Deliver(FleetEntry entry, Lane lane, Frame frame)
    {
        if (entry.Link is PhoneWorkLink link && link.Deliver(frame))
        {
            return;
        }

        if (frame.Forward is { } forward)
        {
            Put(entry, RunFrames.End(forward, "failed", $"Node {entry.Snapshot.Name} is offline"));
        }
        else if (frame.Stop is { } stop)
        {
            Put(entry, Receipt(stop));
        }
    }

    /// <summary>Nothing that runs on such a node can be stopped from here.</summary>
    public static Frame Receipt(Stop stop) => new() { StopReceipt = new StopReceipt { StopId = stop.StopId, RunId = stop.RunId, Stopped = false } };

    /// <summary>From any thread, in order.</summary>
    public void Put(FleetEntry entry, params IReadOnlyList<Frame> frames)
    {
        if (!_items.Writer.TryWrite(new Item(entry, frames, Done: null)))
        {
            LogFull(fleet.Logger, entry.Snapshot.Name);
        }
    }

    /// <summary>Everything that was put before has been applied.</summary>
    public async Task FlushAsync(FleetEntry entry, CancellationToken cancel)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _items.Writer.WriteAsync(new Item(entry, [], done), cancel);
        await done.Task.WaitAsync(cancel);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _items.Writer.TryComplete();
        _ending = true;
        await (ExecuteTask ?? Task.CompletedTask).WaitAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var items = new List<Item>();
        while (await _items.Reader.WaitToReadAsync(CancellationToken.None))
        {
            items.Clear();
            while (items.Count < 256 && _items.Reader.TryRead(out var item))
            {
                items.Add(item);
            }

            await ApplyAsync(items);
            items.ForEach(item => item.Done?.TrySetResult());
        }
    }

    private async Task ApplyAsync(List<Item> items)
    {
        try
        {
            await WriteAsync(items);
        }
        catch (Exception) when (items.Count > 1)
        {
            foreach (var item in items)
            {
                await ApplyAsync([item]); // one that fails takes no others with it
            }
        }
        catch (Exception error)
        {
            fleet.Counters.FrameRefused();
            LogFailed(fleet.Logger, items[0].Entry.Snapshot.Name, error);
        }
    }

    /// <summary>Such a node says nothing twice, so what the store refuses is written until it takes it, or the hub stops.</summary>
    private async Task WriteAsync(List<Item> items)
    {
        while (true)
        {
            try
            {
                await fleet.Database.WriteAsync(tx => Apply(tx, items));
                return;
            }
            catch (StorageException error) when (!_ending)
            {
                LogWaits(fleet.Logger, error.Message);
                await Task.Delay(_afterFailure, fleet.Time, CancellationToken.None);
            }
        }
    }

    private void Apply(Transaction tx, List<Item> items)
    {
        foreach (var item in items)
        {
            foreach (var frame in item.Frames.Where(frame => fleet.Router.Accepts(frame.BodyCase)))
            {
                fleet.Router.Apply(tx, item.Entry.Snapshot, frame);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Too much waits to be stored: an answer of node {Name} was lost")]
    private static partial void LogFull(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What PhoneWork nodes said waits: {Why}")]
    private static partial void LogWaits(ILogger logger, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "What node {Name} said could not be stored")]
    private static partial void LogFailed(ILogger logger, string name, Exception error);

    private sealed record Item(FleetEntry Entry, IReadOnlyList<Frame> Frames, TaskCompletionSource? Done);
}
