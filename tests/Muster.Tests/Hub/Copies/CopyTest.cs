using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Muster.Agents.Providers;
using Muster.Client;
using Muster.Client.Copies;
using Muster.Hub;
using Muster.Node;
using Muster.Node.Link;
using Muster.Node.Policy;
using Muster.Node.Tools;
using Muster.Storage;
using Muster.Testing;
using Muster.Testing.Hub;
using Muster.Testing.Models;
using Muster.Tests.Hub.Accounts;
using Shouldly;

namespace Muster.Tests.Hub.Copies;

/// <summary>A hub and real machines, each with a working folder and a script for a model.</summary>
public abstract class CopyTest : PeopleTest
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<IAsyncDisposable> _machines = [];
    private MusterClient? _sdk;

    protected MusterClient Sdk => _sdk ??= new MusterClient(new Uri(App.Hub.Urls[0]), App.Hub.Local.Token);

    protected CopyClient Copies => Sdk.Copies;

    protected virtual Muster.Node.Background.BackgroundOptions Background => new();

    protected override HubOptions Configure(HubOptions options) => base.Configure(options) with
    {
        Copies = new Muster.Hub.Copies.CopyOptions { Renew = TimeSpan.FromMilliseconds(100), Silent = TimeSpan.FromSeconds(30) },
    };

    public override async ValueTask DisposeAsync()
    {
        foreach (var machine in _machines)
        {
            await machine.DisposeAsync();
        }

        _sdk?.Dispose();
        await base.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Joins the fleet and runs.</summary>
    /// <param name="relay">Between it and the hub.</param>
    protected async Task<Machine> MachineAsync(string name, TcpRelay? relay = null, params IReadOnlyList<PolicyRule> policy)
    {
        using var offer = await Ada.PostAsJsonAsync("/api/v1/enrolments", new { name }, Cancel);
        var token = (await offer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("token").GetString()!;
        using var packed = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.AsSpan("mjt_".Length)));
        var identity = await ScriptedNode.JoinAsync(App.Anonymous, packed.RootElement.GetProperty("s").GetString()!, name);
        if (relay is not null)
        {
            identity = identity with { HubUrl = $"http://127.0.0.1:{relay.Port}" };
        }

        var work = Directory.CreateDirectory(Path.Combine(_folder.Path, name, "work")).FullName;
        var model = new ScriptedModel();
        var node = await NodeHost.StartAsync(
            new NodeOptions
            {
                // Its user's home is the working folder, so that there are places in it that no tool may see.
                Tools = new ToolOptions { Home = Path.Combine(_folder.Path, name, "home"), WorkingDir = work, UserHome = work },
                Identity = identity, Name = name, Policy = policy, Background = Background, Models = new ModelCatalog([new ModelOptions { Name = "scripted", Stream = model.Stream }], TimeProvider.System),
            },
            Cancel);
        _machines.Add(node);
        await Eventually.TrueAsync(
            async () => (await Ada.GetFromJsonAsync<JsonElement>($"/api/v1/nodes/{name}", Cancel)).GetProperty("status").GetString() != "offline", Cancel);
        return new Machine(name, identity.NodeId, work, model, node);
    }

    protected async Task StopAsync(Machine machine)
    {
        _machines.Remove(machine.Node);
        await machine.Node.DisposeAsync();
    }

    /// <summary>A machine that never does what it is told.</summary>
    protected async Task<ScriptedNode> SilentAsync(string name)
    {
        var node = await App.JoinAsync(name, Cancel);
        _machines.Add(node);
        return node;
    }

    protected Task<CopyInfo> CopyAsync(string from, string to, bool overwrite = false) =>
        Copies.RunAsync(Source(from), Place(to), overwrite, cancellationToken: Cancel);

    protected async Task<string> RefusedAsync(string from, string to) => (await Should.ThrowAsync<MusterException>(() => CopyAsync(from, to))).Message;

    protected static CopySource Source(string place) => CopySource.File(place.Split(':')[0], place.Split(':')[1]);

    protected static CopyPlace Place(string place) => new(place.Split(':')[0], place.Split(':')[1]);

    /// <summary>What the hub still holds for copies.</summary>
    protected Task<long> HeldAsync() => Database.ReadAsync(
        tx => tx.Scalar<long>("select count(*) from artifact_refs where holder like 'copy:%'") + tx.Scalar<long>("select count(*) from artifact_uploads where holder like 'copy:%'"), Cancel);

    protected T Service<T>()
        where T : notnull => App.Hub.Services.GetRequiredService<T>();

    protected static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    protected sealed record Machine(string Name, string Id, string Work, ScriptedModel Model, RunningNode Node)
    {
        public string PathOf(string file) => Path.Combine(Work, file);

        public string Put(string file, byte[] content, UnixFileMode? mode = null)
        {
            var path = PathOf(file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
            if (mode is { } bits)
            {
                File.SetUnixFileMode(path, bits);
            }

            return path;
        }

        public string Put(string file, string content) => Put(file, System.Text.Encoding.UTF8.GetBytes(content));

        public string Read(string file) => File.ReadAllText(PathOf(file));

        /// <summary>Everything below the working folder, hidden or not.</summary>
        public IReadOnlyList<string> Files => [.. Directory.EnumerateFiles(Work, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Work, file)).Order(StringComparer.Ordinal)];
    }
}
