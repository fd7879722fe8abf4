using Microsoft.Extensions.DependencyInjection;
using Muster.Agents.Messages;
using Muster.Hub.Accounts;
using Muster.Storage;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Assistant;

/// <summary>A guest's run on a real node: it reads, and changes nothing.</summary>
public sealed class GuestTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("shell", """{"command":"touch note.txt"}""", false)]
    [InlineData("file_write", """{"path":"note.txt","content":"x"}""", false)]
    [InlineData("memory_write", """{"text":"x"}""", false)]
    [InlineData("file_read", """{"path":"there.txt"}""", true)]
    public async Task Tool_OfAGuestsRun_WorksOnlyWhereItReads(string tool, string arguments, bool works)
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        await File.WriteAllTextAsync(Path.Combine(bench.Work, "there.txt"), "what is there", Cancel);
        await BecomeGuestAsync(bench);
        bench.Model.Calls(tool, arguments).Says("Done.");

        await bench.SayAsync("go", Cancel);
        await bench.UntilAsync("agent_end", Cancel);

        File.Exists(Path.Combine(bench.Work, "note.txt")).ShouldBeFalse();
        var result = bench.Model.Requests[^1].Messages.OfType<ToolResultMessage>().Last().Text;
        result.Contains("not for guests", StringComparison.Ordinal).ShouldBe(!works, result);
    }

    /// <summary>The hub's only person, so that the bench's own client is the guest.</summary>
    private static Task BecomeGuestAsync(NodeBench bench)
    {
        var services = bench.Hub.Hub.Services;
        var people = services.GetRequiredService<People>();
        return services.GetRequiredService<Database>().WriteAsync(
            tx =>
            {
                tx.Execute("update users set role = 'guest'");
                people.Changed(tx, tx.Scalar<string>("select id from users"));
            },
            Cancel);
    }
}
