using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using Muster.Node.Artifacts;
using Muster.Node.Background;
using Muster.Node.Compute.Owner;
using Muster.Node.Link;
using Muster.Node.Machine;
using Muster.Node.Sandbox.Tasks;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Compute;

/// <summary>This node's part in the pool, put together.</summary>
internal sealed class Pool : IAsyncDisposable
{
    private readonly ComputeHost _host;
    private readonly Offers _offers;
    private readonly IReadOnlyList<ITaskSandbox> _sandboxes;
    private readonly Signals _signals;
    private readonly Func<IEnumerable<ReadOnlyMemory<byte>>> _cached;
    private readonly TimeProvider _time;
    private Task _signalling = Task.CompletedTask;
    private Task _refreshing = Task.CompletedTask;

    private static readonly TimeSpan _lease = TimeSpan.FromSeconds(15);

    public Pool(NodeOptions options, Database database, HubLink link, TaskTools tools, NodeArtifacts artifacts, MachineParts machine, BackgroundTasks background)
    {
        var home = options.Tools.Home;
        var logger = options.Loggers.CreateLogger<ComputeHost>();
        _sandboxes = PoolSandboxes.Of(options.Compute, options.Tools, options.Time, options.Loggers);
        var room = new Room(options.Compute, options.Name);
        var kit = new ComputeKit
        {
            Database = database, Name = () => link.State.NodeName ?? options.Name, Sandboxes = _sandboxes, Room = room, Agents = new TaskAgents(options, tools.All, () => link.State is { Status: not LinkStatus.Online } state && options.Time.GetUtcNow() - state.Since > _lease, tools.Undo, tools.Hub, tools.Approvals, () => link.State.NodeName ?? options.Name), Folders = new AttemptFolders(home, logger), Files = new AttemptFiles(artifacts),
            Tell = frame => link.TrySendVolatile(frame), CutLink = link.Cut, Time = options.Time, Logger = logger,
        };
        var results = new ResultReporter(link, database, options.Identity, options.Time, logger);
        background.Use(results.Add);
        _host = new ComputeHost(kit, results, background);
        var rules = new OwnerRules(options.Compute, options.Time);
        _offers = new Offers(options.Compute, room, rules, machine.Gpus, _sandboxes, home, logger);
        _cached = () => artifacts.Cache.Hashes.Select(ShortHash);
        _signals = new Signals(_host, Offer, kit.Tell, options.Time);
        artifacts.Cache.Changed += _signals.TellOfferSoon;
        _time = options.Time;
        var idle = new IdleWatch(options.Compute, rules, options.Time, logger);
        machine.Watch.Read += readings =>
        {
            if (idle.Look(readings, _host.CpuSeconds, Environment.ProcessorCount))
            {
                _host.Halt(rules.InUse);
                _signals.TellOffer();
            }
        };
    }

    public NodeOffer Offer() => _offers.Now(_cached());

    public void Register(FrameHandlers handlers) => _host.Register(handlers);

    public async Task StartAsync(CancellationToken stopping)
    {
        await _host.StartAsync(stopping);
        await _offers.PrepareAsync(stopping);
        _signalling = _signals.RunAsync(stopping);
        _refreshing = _offers.KeepTrueAsync(_signals.TellOffer, _time, stopping);
    }

    public async ValueTask DisposeAsync()
    {
        await _signalling;
        await _refreshing;
        await _host.DisposeAsync();
        foreach (var sandbox in _sandboxes)
        {
            sandbox.Leave();
        }
    }

    private static ReadOnlyMemory<byte> ShortHash(UInt128 hash)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, hash);
        return bytes;
    }
}
