using System.Net.Http.Json;
using System.Text.Json;
using Muster.Cli;
using Muster.Tests.Hub.Chat;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Conversations;

public sealed class BudgetCommandTests : HubTest
{
    [Theory]
    [InlineData("zzzzzz")]
    [InlineData("job_01kb0000000000000000000000")]
    [InlineData("conv_01kb0000000000000000000000")]
    public async Task Id_ThatNothingHas_SaysWhatWasLookedForAndWhereToLook(string id)
    {
        var (code, _, error) = await RunAsync("budget", id);

        code.ShouldBe(ExitCode.NotFound);
        error.ShouldStartWith($"muster: There is no conversation, schedule, job or task \"{id}\" that you may see.");
        foreach (var list in (string[])["muster conversation list", "muster schedule list", "muster job list", "muster tasks"])
        {
            error.ShouldContain(list);
        }
    }

    [Fact]
    public async Task ShortId_OfAConversationOrASchedule_IsFoundAndSet()
    {
        var conversation = await App.ConversationAsync(Cancel);
        using var made = await App.Client.PostAsJsonAsync("/api/v1/schedules", new { text = "sum up the news", when = "10m", kind = "instruction" }, Cancel);
        var schedule = (await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;

        (await RunAsync("budget", conversation[^16..^10])).Output.ShouldBe("There is no limit; 0.000000 CPT are spent.\n");
        (await RunAsync("budget", conversation[^16..^10], "5")).Output.ShouldBe("It may spend 5.000000 CPT; 0.000000 are spent and 5.000000 are left.\n");
        (await RunAsync("budget", schedule, "2")).Output.ShouldBe("It may spend 2.000000 CPT; 0.000000 are spent and 2.000000 are left.\n");
        (await RunAsync("budget", schedule[^16..^10])).Output.ShouldBe("It may spend 2.000000 CPT; 0.000000 are spent and 2.000000 are left.\n");
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var cockpit = new Cockpit();
        cockpit.SignIn(App);
        var code = await cockpit.RunAsync(args);
        return (code, cockpit.Out.ToString(), cockpit.Error.ToString());
    }
}
