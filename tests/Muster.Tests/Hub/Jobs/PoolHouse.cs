using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Muster.Agents.Providers;
using Muster.Agents.Providers.Spending;
using Muster.Hub;
using Muster.Hub.Accounts;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Node;
using Muster.Node.Compute;
using Muster.Node.Link;
using Muster.Node.Tools;
using Muster.Protocol.Ids;
using Muster.Testing;
using Muster.Testing.Hub;
using Muster.Testing.Models;

namespace Muster.Tests.Hub.Jobs;

/// <summary>A hub and real nodes in this process, over real sockets.</summary>
internal sealed class PoolHouse : IAsyncDisposable
{
    private readonly TemporaryFolder _home;
    private readonly List<RunningNode> _nodes = [];

    private PoolHouse(HubApplication hub, TemporaryFolder home, CancellationToken cancel) => (Hub, _home, Cancel) = (hub, home, cancel);

    public HubApplication Hub { get; }

    public CancellationToken Cancel { get; }

    /// <summary>Changes the tools of the machines that are started from now on.</summary>
    public Func<ToolOptions, ToolOptions> Tools { get; set; } = tools => tools;

    public Id<User> Owner => Hub.Hub.Services.GetRequiredService<People>().Owner!.Value;

    public PoolLoop Loop => Hub.Hub.Services.GetRequiredService<PoolLoop>();

    public static async Task<PoolHouse> StartAsync(CancellationToken cancel, int nodes = 1, Func<HubOptions, HubOptions>? configure = null)
    {
        var home = new TemporaryFolder();
        var house = new PoolHouse(await HubApplication.StartAsync(Directory.CreateDirectory(Path.Combine(home.Path, "hub")).FullName, configure), home, cancel);
        for (var node = 0; node < nodes; node++)
        {
            await house.AddAsync($"node{node}");
        }

        return house;
    }

    /// <summary>Machines that start from now on have no model.</summary>
    public bool ByRules { get; set; }

    /// <summary>Around a hub that runs already, and ends with it.</summary>
    public static PoolHouse At(HubApplication hub, CancellationToken cancel) => new(hub, new TemporaryFolder(), cancel);

    public async Task<RunningNode> AddAsync(string name, Func<ComputeOptions, ComputeOptions>? configure = null, string machineRoot = "/", HttpClient? owner = null, ScriptedModel? model = null, ModelPrice? price = null) =>
        await StartAsync(await JoinAsync(name, owner ?? Hub.Client), name, configure, machineRoot, model, price);

    /// <summary>A machine of this user's that is not there yet.</summary>
    public async Task<NodeIdentity> JoinAsync(string name, HttpClient owner)
    {
        using var offer = await owner.PostAsJsonAsync("/api/v1/enrolments", new { name }, Cancel);
        var token = (await offer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("token").GetString()!;
        var packed = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.AsSpan("mjt_".Length)));
        return await ScriptedNode.JoinAsync(Hub.Anonymous, packed.RootElement.GetProperty("s").GetString()!, name);
    }

    public async Task<RunningNode> StartAsync(NodeIdentity identity, string name, Func<ComputeOptions, ComputeOptions>? configure = null, string machineRoot = "/", ScriptedModel? model = null, ModelPrice? price = null)
    {
        var home = HomeOf(name);
        var compute = new ComputeOptions { Cpus = 4, MemoryBytes = 4L << 30, DiskBytes = 10L << 30 };
        var node = await NodeHost.StartAsync(
            new NodeOptions
            {
                Tools = Tools(new ToolOptions { Home = home, WorkingDir = Path.Combine(home, "work") }), Identity = identity, Name = name,
                Models = new ModelCatalog(ByRules ? [] : [new ModelOptions { Name = "scripted", Stream = (model ?? new ScriptedModel()).Stream, Price = price, MaxTokens = price is null ? null : 1_000 }], TimeProvider.System), Compute = configure?.Invoke(compute) ?? compute, MachineRoot = machineRoot,
            },
            Cancel);
        _nodes.Add(node);
        await Eventually.TrueAsync(() => Loop.AskAsync((state, _) => state.Nodes.Values.Any(known => known.Online && known.Terms.Name == name)), Cancel);
        return node;
    }

    public string HomeOf(string node) => Path.Combine(_home.Path, node);

    public async Task<string> SubmitAsync(JobPlan plan)
    {
        var id = Id<Job>.New(TimeProvider.System);
        await Loop.ApplyAsync(new SubmitJob(new JobSubmission(id, Owner, plan, 0, null)), cancel: Cancel);
        return id.ToString();
    }

    public Task<string> RunAsync(params IReadOnlyList<string> command) =>
        SubmitAsync(new JobPlan { Name = "test", Steps = [new StepPlan { Id = "main", Command = command, TimeoutSeconds = 60 }] });

    /// <summary>A client of another user, who may run tasks on nobody's machines yet.</summary>
    public Task<HttpClient> MemberAsync(string name) => Hub.MemberAsync(name, Cancel);

    /// <summary>The job's first tasks once it is over.</summary>
    public async Task<(string State, IReadOnlyList<JsonElement> Tasks)> EndAsync(string job)
    {
        var results = await Hub.Client.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{job}/results?wait=50", Cancel);
        var tasks = await Hub.Client.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{job}/tasks", Cancel);
        return (results.GetProperty("state").GetString()!, [.. tasks.GetProperty("items").EnumerateArray()]);
    }

    public async ValueTask DisposeAsync()
    {
        await StopNodesAsync();
        await Hub.DisposeAsync();
        _home.Dispose();
    }

    /// <summary>In place of disposing it, where the hub is somebody else's.</summary>
    public async Task LeaveAsync()
    {
        await StopNodesAsync();
        _home.Dispose();
    }

    private async Task StopNodesAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }
}
