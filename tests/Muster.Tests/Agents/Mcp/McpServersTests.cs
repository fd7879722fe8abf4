using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Agents.Mcp;
using Muster.Agents.Messages;
using Muster.Agents.Tools;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Mcp;

public sealed class McpServersTests
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tools_OfAServerThatNeverNamesThem_AreLeftOutOnceItsTimeIsOver()
    {
        await using var silent = await McpDouble.SilentAsync();
        await using var good = await McpDouble.StartAsync("echo");
        var time = new FakeTime();
        await using var servers = new McpServers([Options("silent", silent), Options("good", good) with { StartTimeout = TimeSpan.FromHours(1) }], NullLoggerFactory.Instance, time);

        var asking = servers.ToolsAsync(Cancel);
        await silent.Asked.WaitAsync(_deadline, Cancel);
        time.Advance(Options("silent", silent).StartTimeout);

        var (tools, problems) = await asking.WaitAsync(_deadline, Cancel);
        tools.ShouldHaveSingleItem().Name.ShouldBe("mcp__good__echo");
        problems.ShouldHaveSingleItem().ShouldBe("The MCP server \"silent\" did not start, so its tools are not there: it did not name its tools within 20 s.");
    }

    [Fact]
    public async Task Tools_WithNamesThatNoProviderTakes_AreOfferedUnderOthersAndCalledByTheirOwn()
    {
        await using var house = await McpDouble.StartAsync("read.file", "read file", "read_file", "读", new string('x', 80), new string('x', 79) + "y");
        await using var other = await McpDouble.StartAsync("read.file");
        await using var servers = new McpServers([Options("my.house", house), Options("my_house", other)], NullLoggerFactory.Instance);

        var (tools, problems) = await servers.ToolsAsync(Cancel);

        problems.ShouldBeEmpty();

        tools.Select(tool => tool.Name).ShouldAllBe(name => name.Length <= 64 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_' || letter == '-'));
        tools.Select(tool => tool.Name).ShouldBeUnique();
        tools.Take(3).Select(tool => tool.Name).ShouldBe(["mcp__my_house__read_file", "mcp__my_house__read_file_2", "mcp__my_house__read_file_3"]);
        (await CallAsync(tools[1])).ShouldBe("read file");
        (await CallAsync(tools[5])).ShouldEndWith("xy");
    }

    private static McpServerOptions Options(string name, McpDouble server) => new() { Name = name, Url = server.Url };

    private static async Task<string> CallAsync(Tool tool)
    {
        var result = await tool.ExecuteAsync(new ToolCall("c1", tool.Name, JsonElement.Parse("{}"), _ => { }), Cancel);
        return string.Concat(result.Content.OfType<TextBlock>().Select(block => block.Text));
    }
}
