using Muster.Agents.Models;
using Muster.Agents.Offline;
using Muster.Tests.Agents.Providers;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Offline;

/// <summary>Background work and files in plain words.</summary>
public sealed class OfflineTaskTests
{
    private static readonly string[] Tools = ["shell", "file_read", "file_send", "run_background", "task_status", "system"];

    [Theory]
    [InlineData("run make all in the background", "run_background", "{\"command\":\"make all\"}")]
    [InlineData("please run `npm test` in the background", "run_background", "{\"command\":\"npm test\"}")]
    [InlineData("run in the background: sleep 5; echo done", "run_background", "{\"command\":\"sleep 5; echo done\"}")]
    [InlineData("后台运行make all", "run_background", "{\"command\":\"make all\"}")]
    [InlineData("在后台运行 make all", "run_background", "{\"command\":\"make all\"}")]
    [InlineData("how is task #3kx9qa?", "task_status", "{\"id\":\"3kx9qa\"}")]
    [InlineData("is task 3kx9qa done yet?", "task_status", "{\"id\":\"3kx9qa\"}")]
    [InlineData("任务 #3kx9qa 怎么样了？", "task_status", "{\"id\":\"3kx9qa\"}")]
    [InlineData("what is running in the background?", "task_status", "{}")]
    [InlineData("send me the sessions.json file", "file_send", "{\"path\":\"sessions.json\"}")]
    [InlineData("send me audit/a.jsonl", "file_send", "{\"path\":\"audit/a.jsonl\"}")]
    [InlineData("please send the file \"my report.pdf\" to me", "file_send", "{\"path\":\"my report.pdf\"}")]
    [InlineData("发给我 sessions.json 文件", "file_send", "{\"path\":\"sessions.json\"}")]
    [InlineData("把 report.pdf 发给我", "file_send", "{\"path\":\"report.pdf\"}")]
    [InlineData("run ls -la", "shell", "{\"command\":\"ls -la\"}")]
    public async Task Message_LeadsToItsCall(string message, string tool, string arguments) => (await CallAsync(message)).ShouldBe($"{tool} {arguments}");

    [Theory]
    [InlineData("send a message to Bob")]
    [InlineData("send help")]
    [InlineData("what is a background task?")]
    [InlineData("后台运行了多久")]
    public async Task Message_AboutSomethingElse_LeadsToNoSuchCall(string message) => (await CallAsync(message)).ShouldBeNull();

    private static async Task<string?> CallAsync(string message)
    {
        var request = new ModelRequest("", [Asked.User(message)], [.. Tools.Select(Asked.Tool)], ModelSettings.Default);
        var heard = await OfflineModel.Create(TimeProvider.System).AskAsync(request);
        return heard.Message.ToolCalls.Select(call => $"{call.Name} {call.Arguments.GetRawText()}").SingleOrDefault();
    }
}
