using Muster.Node.Background;
using Muster.Tests.Hub.Copies;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Background;

/// <summary>A copy that waits for a person goes on in the background, and can still be allowed when its run is over.</summary>
public sealed class BackgroundCopyTests : CopyTest
{
    protected override BackgroundOptions Background => new() { After = TimeSpan.FromMilliseconds(500) };

    [Fact]
    public async Task Approval_OfACallInTheBackground_CountsAfterItsRun()
    {
        var (nas, pi) = (await MachineAsync("nas"), await MachineAsync("pi"));
        nas.Put("a.txt", "from nas");
        await App.ClaimAsync(Password);
        nas.Model.Calls("file_copy", """{"from":"a.txt","to":"pi:a.txt"}""").Says("It waits for you.");
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "@nas go", Cancel);
        var asked = await App.UntilAsync(conversation, "approval", Cancel);
        await App.UntilAsync(conversation, "agent_end", Cancel);
        pi.Files.ShouldBeEmpty();

        using var ada = With(await OkAsync(App.Anonymous, HttpMethod.Post, "login", new { username = "ada", password = Password, approve = true }));
        await OkAsync(ada, HttpMethod.Post, "approvals/" + asked.GetProperty("id").GetString(), new { decision = "allow" });

        var told = await App.UntilAsync(conversation, "notice", Cancel, data => data.GetProperty("text").GetString()!.StartsWith("✅ Task #", StringComparison.Ordinal));
        told.GetProperty("text").GetString()!.ShouldEndWith("\nfile_copy a.txt → pi:a.txt\nCopied 8 B to pi:a.txt.");
        pi.Read("a.txt").ShouldBe("from nas");
    }
}
