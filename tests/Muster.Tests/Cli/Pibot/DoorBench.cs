using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Agents.Providers;
using Muster.Cli.Pibot;
using Muster.Node;
using Muster.Node.Compute;
using Muster.Node.Doors;
using Muster.Node.Link;
using Muster.Node.Tools;
using Muster.Testing;
using Muster.Testing.Models;
using Xunit;

namespace Muster.Tests.Cli.Pibot;

/// <summary>A node's door over real HTTP, whose model is a script.</summary>
internal sealed class DoorBench : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private PibotDoor _door = null!;

    public ScriptedModel Model { get; } = new();

    public HttpClient Http { get; } = new();

    public string Url => _door.Urls[0];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<DoorBench> StartAsync(string listen = "127.0.0.1:0", IReadOnlyList<string>? keys = null, IReadOnlyList<string>? allow = null)
    {
        var bench = new DoorBench();
        var tools = new ToolOptions
        {
            WorkingDir = Directory.CreateDirectory(Path.Combine(bench._folder.Path, "work")).FullName,
            Home = Directory.CreateDirectory(Path.Combine(bench._folder.Path, "home")).FullName,
        };
        var options = new NodeOptions
        {
            Tools = tools,
            Identity = new NodeIdentity { HubUrl = "http://127.0.0.1:1", NodeId = "", Secret = "", PrivateKey = "", MachineId = "" },
            Name = "nas",
            Models = new ModelCatalog([new ModelOptions { Name = "scripted", Stream = bench.Model.Stream }], TimeProvider.System),
        };
        var agents = new TaskAgents(options, Muster.Node.Tools.ToolSet.Create(tools, null, TimeProvider.System), () => false);
        var desk = new PibotDesk("worker-1", agents, TimeProvider.System, NullLogger.Instance);
        try
        {
            bench._door = await PibotDoor.StartAsync(desk, new DoorOptions(tools.Home, [listen], keys ?? [], allow ?? [], NullLoggerFactory.Instance), Cancel);
        }
        catch
        {
            bench._folder.Dispose();
            throw;
        }

        bench.Http.BaseAddress = new Uri(bench.Url);
        return bench;
    }

    public async Task<(int Status, string Body)> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Http.PostAsync(path, content, Cancel);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }

    public async Task<(int Status, string Body)> GetAsync(string path)
    {
        using var response = await Http.GetAsync(path, Cancel);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }

    public Task<(int Status, string Body)> SubmitAsync(string id, string description = "Do it.", string skills = "[]") =>
        PostAsync("/task", $$"""{"task_id":"{{id}}","description":"{{description}}","skills":{{skills}},"later":true}""");

    public void PutSkill(string name, string source) =>
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_folder.Path, "home", "skills")).FullName, name + ".py"), source);

    public void PutText(string name, string description) => File.WriteAllText(
        Path.Combine(Directory.CreateDirectory(Path.Combine(_folder.Path, "home", "skills", name)).FullName, "SKILL.md"), $"---\nname: {name}\ndescription: {description}\n---\nSee yourself.");

    public Task IdleAsync() => Eventually.TrueAsync(async () => (await GetAsync("/status")).Body.Contains("\"idle\"", StringComparison.Ordinal), Cancel);

    public async ValueTask DisposeAsync()
    {
        await _door.DisposeAsync();
        Http.Dispose();
        _folder.Dispose();
    }
}
