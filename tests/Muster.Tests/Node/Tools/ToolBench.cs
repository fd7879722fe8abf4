using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Agents.Tools;
using Muster.Node.Tools;
using Shouldly;
using Xunit;
using ToolSet = Muster.Node.Tools.ToolSet;

namespace Muster.Tests.Node.Tools;

/// <summary>The real tools over a working folder and a MUSTER_HOME of their own, gone at the end.</summary>
internal sealed class ToolBench : IDisposable
{
    private readonly string _base = Directory.CreateTempSubdirectory("muster-tools-").FullName;

    public ToolBench(Func<ToolOptions, ToolOptions>? change = null, HubCalls? hub = null)
    {
        Work = Directory.CreateDirectory(Path.Combine(_base, "work")).FullName;
        Home = Directory.CreateDirectory(Path.Combine(_base, "home")).FullName;
        Options = new ToolOptions { WorkingDir = Work, Home = Home, UserHome = Path.Combine(_base, "person") };
        Options = change?.Invoke(Options) ?? Options;
        Tools = ToolSet.Create(Options, hub, TimeProvider.System);
    }

    public string Work { get; }
    public string Home { get; }
    public string Base => _base;
    public ToolOptions Options { get; }
    public IReadOnlyList<Tool> Tools { get; }

    public static async Task RequireSandboxAsync(ToolBench bench)
    {
        var status = await ToolSet.Check(bench.Options, TimeProvider.System).GetAsync();
        Assert.SkipUnless(status.Works, status.Sentence);
    }

    public string Put(string path, string content)
    {
        var full = Path.Combine(Work, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
        return full;
    }

    public Task<ToolResult> CallAsync(string name, object arguments, CancellationToken? abort = null, Action<ToolResult>? update = null)
    {
        var tool = Tools.First(tool => tool.Name == name || tool.Aliases.Contains(name));
        var prepared = tool.PrepareArguments(name, JsonSerializer.SerializeToElement(arguments));
        return tool.ExecuteAsync(new ToolCall("call_1", tool.Name, prepared, update ?? (_ => { })), abort ?? TestContext.Current.CancellationToken);
    }

    public async Task<string> TextAsync(string name, object arguments) => Text(await CallAsync(name, arguments));

    public async Task<string> ErrorAsync(string name, object arguments) =>
        (await Should.ThrowAsync<ToolException>(() => CallAsync(name, arguments))).Message;

    internal async Task<ShellResult> ShellAsync(string command, object? more = null) =>
        Parse(await CallAsync("shell", more ?? new { command, timeout = 20 }));

    internal static ShellResult Parse(ToolResult result) =>
        JsonSerializer.Deserialize(Text(result), ToolJson.Plain.ShellResult).ShouldNotBeNull();

    public static string Text(ToolResult result) => string.Concat(result.Content.OfType<TextBlock>().Select(block => block.Text));

    public void Dispose() => Directory.Delete(_base, recursive: true);
}
