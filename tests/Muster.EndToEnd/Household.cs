using System.Text.Json;
using Muster.Client;
using Muster.Testing;
using Muster.Testing.Models;
using Muster.Testing.Processes;

namespace Muster.EndToEnd;

/// <summary>One person's machines for one test: homes, real processes, and a model endpoint to script.</summary>
public sealed class Household : IAsyncDisposable
{
    private readonly List<MusterProcess> _processes = [];
    private readonly TemporaryFolder _folder = new();

    private Household(OpenAiDouble? model)
    {
        Model = model!;
        if (Site is not null)
        {
            Environment["MUSTER_SITE"] = Site;
        }

        if (model is not null)
        {
            Environment["OPENAI_BASE_URL"] = model.BaseUrl;
            Environment["OPENAI_API_KEY"] = model.ApiKey!;
            Environment["OPENAI_MODEL"] = model.Models[0];
        }
    }

    /// <summary>Null when made without a model: then the offline rules answer.</summary>
    public OpenAiDouble Model { get; }

    public string Home => HomeOf("home");

    public string Work => Path.Combine(Home, "work");

    public static Household WithoutModel() => new(null);

    public static async Task<Household> WithModelAsync(params ModelReply[] replies) => new(await OpenAiDouble.StartAsync(replies));

    /// <summary>A folder of its own for another machine.</summary>
    public string HomeOf(string name) => Directory.CreateDirectory(Path.Combine(_folder.Path, name)).FullName;

    /// <summary>The built site, or null where it was not built.</summary>
    public static string? Site { get; } = FindSite(AppContext.BaseDirectory);

    /// <summary>Set for every process of this household.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public MusterProcess Start(string home, params string[] arguments)
    {
        var process = MusterProcess.Start(home, arguments, Environment);
        _processes.Add(process);
        return process;
    }

    /// <summary>The <c>muster.yaml</c> of the person's own machine.</summary>
    public Task ConfigureAsync(string yaml) => File.WriteAllTextAsync(Path.Combine(Home, "muster.yaml"), yaml);

    /// <summary><c>muster up</c> on a free port, ready to answer.</summary>
    public async Task<MusterProcess> UpAsync(params string[] more)
    {
        var process = Start(Home, ["up", "--urls", "http://127.0.0.1:0", .. more]);
        await process.SeeAsync(@"http://127\.0\.0\.1:\d+");
        await OnlineAsync(1);
        return process;
    }

    /// <summary><c>muster hub</c> alone; on the same port as before when it is started again.</summary>
    public async Task<MusterProcess> HubAsync(int port = 0)
    {
        var process = Start(Home, "hub", "--urls", $"http://127.0.0.1:{port}");
        await process.SeeAsync(@"http://127\.0\.0\.1:\d+");
        return process;
    }

    /// <summary>Joins a machine to the hub and starts it.</summary>
    public async Task<MusterProcess> NodeAsync(string name)
    {
        var home = HomeOf(name);
        if (!File.Exists(Path.Combine(home, "node.json")))
        {
            using var client = Client();
            var enrolment = await client.Enrolments.CreateAsync();
            var (code, _, error) = await MusterProcess.RunAsync(home, ["node", "join", enrolment.Token, "--name", name], Environment);
            if (code != 0)
            {
                throw new InvalidOperationException($"node join ended with {code}: {error}");
            }
        }

        return Start(home, "node");
    }

    public Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        MusterProcess.RunAsync(Home, arguments, Environment);

    /// <summary>A client with the key that the hub left for this home.</summary>
    public MusterClient Client()
    {
        using var credentials = JsonDocument.Parse(File.ReadAllText(Path.Combine(Home, "credentials.json")));
        using var hub = JsonDocument.Parse(File.ReadAllText(Path.Combine(Home, "run", "hub.json")));
        return new MusterClient(new Uri(hub.RootElement.GetProperty("url").GetString()!), credentials.RootElement.GetProperty("token").GetString());
    }

    public int Port
    {
        get
        {
            using var client = Client();
            return client.Hub.Port;
        }
    }

    /// <summary>Sends a message in a conversation of its own and returns the conversation.</summary>
    public async Task<string> SayAsync(string text)
    {
        using var client = Client();
        var conversation = (await client.Conversations.CreateAsync()).Id;
        await SayAsync(conversation, text);
        return conversation;
    }

    public async Task SayAsync(string conversation, string text)
    {
        using var client = Client();
        await client.Conversations.SendAsync(conversation, Protocol.Ids.Id<Protocol.Ids.Message>.New(TimeProvider.System).ToString(), text);
    }

    /// <summary>The events of a thread, from its beginning to its first end of a run.</summary>
    public async Task<List<MusterEvent>> ThreadAsync(string conversation)
    {
        using var client = Client();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        List<MusterEvent> events = [];
        await foreach (var happened in client.Events(conversation, cancellationToken: patience.Token))
        {
            events.Add(happened);
            if (happened is AgentEnd)
            {
                break;
            }
        }

        return events;
    }

    /// <summary>Waits until so many machines are online.</summary>
    public async Task OnlineAsync(int count)
    {
        using var client = Client();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        await using var changes = client.FleetEvents(patience.Token).GetAsyncEnumerator(patience.Token);
        while ((await client.Nodes.ListAsync(patience.Token)).Count(node => node.Status != "offline") != count)
        {
            await changes.MoveNextAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        _processes.Clear();
        if (Model is not null)
        {
            await Model.DisposeAsync();
        }

        _folder.Dispose();
    }

    private static string? FindSite(string? folder)
    {
        for (; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var site = Path.Combine(folder, "web", "dist");
            if (File.Exists(Path.Combine(site, "index.html")))
            {
                return site;
            }
        }

        return null;
    }
}
