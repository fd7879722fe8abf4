using Muster.Client;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Schedules;

public sealed class ReminderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reminder_AskedInPlainWords_IsToldOnceThoughTheHubIsKilledBefore()
    {
        await using var household = Household.WithoutModel();
        var up = await household.UpAsync();
        var conversation = await household.SayAsync("remind me in 6 seconds to look at the oven");
        var answer = (await household.ThreadAsync(conversation)).OfType<MessageEnd>().Last().Message.Text;
        answer.ShouldMatch(@"^I will remind you at [^\n]+: look at the oven\n#");

        await up.KillAsync();
        await household.UpAsync();

        await ToldAsync(household, conversation, "⏰ look at the oven");
        await household.SayAsync(conversation, "/remind 1s after it");
        var told = await ToldAsync(household, conversation, "⏰ after it");
        told.Count(notice => notice.Text.StartsWith("⏰ look at the oven", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Ask_WithoutUp_SaysThatAReminderNeedsAHub()
    {
        await using var household = Household.WithoutModel();

        var (code, output, _) = await household.RunAsync("ask", "/remind 1h look at the oven");

        code.ShouldBe(0);
        output.ShouldContain("It fires only while a hub runs: keep one running with \"muster up\".");
    }

    /// <summary>The reminders of a thread up to the one that begins like this.</summary>
    private static async Task<List<Notice>> ToldAsync(Household household, string conversation, string beginning)
    {
        using var client = household.Client();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        List<Notice> told = [];
        await foreach (var happened in client.Events(conversation, cancellationToken: patience.Token))
        {
            if (happened is Notice { Kind: "reminder" } notice)
            {
                told.Add(notice);
                if (notice.Text.StartsWith(beginning, StringComparison.Ordinal))
                {
                    break;
                }
            }
        }

        return told;
    }
}
