using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Muster.Testing.Agents;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Mcp;

/// <summary>A real MCP server (npm: @modelcontextprotocol/server-everything), which <c>./test</c> installs.</summary>
public sealed class McpTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ask_ServerOverStdio_ItsToolAnswers()
    {
        var script = Script();
        await using var household = await CallingEchoAsync();
        await ConfigureAsync(household, $"{{ command: node, args: [{JsonSerializer.Serialize(script)}, stdio] }}");

        await EchoesAsync(household);
    }

    [Fact]
    public async Task Ask_ServerOverHttp_ItsToolAnswers()
    {
        var script = Script();
        var port = FreePort();
        using var server = Process.Start(new ProcessStartInfo("node", [script, "streamableHttp"])
        {
            UseShellExecute = false,
            Environment = { ["PORT"] = port.ToString(System.Globalization.CultureInfo.InvariantCulture) },
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            TaskCompletionSource listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
            server.ErrorDataReceived += (_, line) =>
            {
                if (line.Data?.Contains("listening", StringComparison.Ordinal) == true)
                {
                    listening.TrySetResult();
                }
            };
            server.BeginOutputReadLine();
            server.BeginErrorReadLine();
            await listening.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
            await using var household = await CallingEchoAsync();
            await ConfigureAsync(household, $"{{ url: \"http://127.0.0.1:{port}/mcp\" }}");

            await EchoesAsync(household);
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync(Cancel);
        }
    }

    [Fact]
    public async Task Ask_ServerThatDoesNotStart_AnswersWithoutItsTools()
    {
        await using var household = await Household.WithModelAsync(ModelReply.Text("All the same."));
        await ConfigureAsync(household, "{ command: /nowhere/no-such-server }");

        var (code, output, error) = await household.RunAsync("ask", "tell me something");

        code.ShouldBe(0, error);
        output.ShouldEndWith("All the same.\n");
    }

    [Fact]
    public async Task Ask_OwnerDeniesAServersTool_IsRefused()
    {
        var script = Script();
        await using var household = await CallingEchoAsync();
        await ConfigureAsync(
            household,
            $"{{ command: node, args: [{JsonSerializer.Serialize(script)}, stdio] }}",
            "\n  policy:\n    - { tool: \"mcp__everything__*\", action: deny }");

        await household.RunAsync("ask", "say it back");

        household.Model.Requests[1].Body.GetRawText().ShouldContain("forbids mcp__everything__echo");
    }

    private static Task<Household> CallingEchoAsync() => Household.WithModelAsync(
        ModelReply.Call("mcp__everything__echo", """{"message":"over the bridge"}"""),
        ModelReply.Text("It said it back."));

    private static async Task EchoesAsync(Household household)
    {
        var (code, output, error) = await household.RunAsync("ask", "say it back");

        code.ShouldBe(0, error);
        output.ShouldEndWith("It said it back.\n");
        var answered = household.Model.Requests[1].Messages[^1];
        answered.GetProperty("role").GetString().ShouldBe("tool");
        answered.GetRawText().ShouldContain("Echo: over the bridge");
    }

    private static Task ConfigureAsync(Household household, string server, string more = "") =>
        household.ConfigureAsync($"tools:\n  mcp_servers:\n    everything: {server}{more}\n");

    private static string Script()
    {
        Assert.SkipUnless(InstalledPackages.EverythingServer is not null, InstalledPackages.HowToInstall);
        return InstalledPackages.EverythingServer;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
