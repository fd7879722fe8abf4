using Muster.Cli;
using Muster.Testing;
using Muster.Testing.Hub;

namespace Muster.Tests.Cli;

/// <summary>A home and captured streams around real commands.</summary>
internal sealed class Cockpit : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Interrupts _interrupts = new(TimeProvider.System);
    private bool _terminal;

    public string Home => Path.Combine(_folder.Path, "home");

    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public StringWriter Out { get; } = new();

    public StringWriter Error { get; } = new();

    public string Input { get; set; } = "";

    public Surroundings Surroundings => new()
    {
        Out = Out,
        Error = Error,
        In = new StringReader(Input),
        Piped = !_terminal,
        Interactive = _terminal,
        Variables = Variables,
        Directory = _folder.Path,
    };

    public void Write(string file, string text)
    {
        Directory.CreateDirectory(Home);
        File.WriteAllText(Path.Combine(Home, file), text);
    }

    /// <summary>As <c>muster login</c> leaves it.</summary>
    public void SignIn(HubApplication hub) => SignIn(hub.Hub.Urls[0], hub.Hub.Local.Token);

    public void SignIn(string url, string token) => Write("login.json", $$"""{"url":"{{url}}","token":"{{token}}"}""");

    /// <summary>A person is there, who types this.</summary>
    public void AtTerminal(string input) => (_terminal, Input) = (true, input);

    public Task<int> RunAsync(params string[] args) => RunAsync(Surroundings, args);

    /// <param name="surroundings">Those of this cockpit, with what differs.</param>
    public Task<int> RunAsync(Surroundings surroundings, params string[] args) => Invocation.RunAsync(["--home", Home, .. args], surroundings, _interrupts);

    public void Dispose()
    {
        _interrupts.Dispose();
        _folder.Dispose();
    }
}
