using System.Net.Http.Json;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Schedules;

public sealed class PostgresReminderTests : ReminderTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

public class ReminderTests : ScheduleTest
{
    [Fact]
    public async Task Remind_Command_SaysWhatItMadeAndTellsItThen()
    {
        var conversation = await App.ConversationAsync(Cancel);

        var answer = await AnswerAsync(conversation, "/remind 10m deploy check");

        answer.ShouldMatch("^I will remind you at 2026-01-01 10:10 \\(UTC\\): deploy check\n#[0-9a-z]{6}$");
        (await ListAsync()).ShouldHaveSingleItem().GetProperty("conversation_id").GetString().ShouldBe(conversation);
        (await ToldAsync()).ShouldBeEmpty();
        Clock.Jump(TimeSpan.FromMinutes(10));
        await App.NoticedAsync(conversation, "⏰ deploy check", Cancel);
        (await ListAsync()).ShouldHaveSingleItem().GetProperty("state").GetString().ShouldBe("ended");
        (await ListAsync(ended: false)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Remind_Chinese_IsAnsweredInChinese()
    {
        var conversation = await App.ConversationAsync(Cancel);

        var answer = await AnswerAsync(conversation, "/remind 明天9点 开会");

        answer.ShouldStartWith("好的，2026-01-02 09:00（UTC）提醒你：开会\n#");
        (await AnswerAsync(conversation, "/remind 开会")).ShouldStartWith("什么时候？");
    }

    [Fact]
    public async Task Remind_Alone_ListsAndCancelsByTheIdThatIsShown()
    {
        var conversation = await App.ConversationAsync(Cancel);
        (await AnswerAsync(conversation, "/remind")).ShouldStartWith("There are no reminders.");
        var id = (await AnswerAsync(conversation, "/remind every day at 8 take the pills")).Split('#')[1];

        (await AnswerAsync(conversation, "/remind")).ShouldBe($"Reminders and schedules:\n#{id} 2026-01-02 08:00, every day at 08:00: take the pills");
        (await AnswerAsync(conversation, "/remind cancel #" + id)).ShouldBe($"Cancelled #{id}: take the pills");
        (await AnswerAsync(conversation, "/remind cancel #" + id)).ShouldContain("There is no schedule that you may see.");
        (await ListAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/remind 0m tea", "That time is not in the future: it is 2026-01-01 10:0")]
    [InlineData("/remind 2020-01-01 09:00 tea", "That time is not in the future: it is 2026-01-01 10:0")]
    [InlineData("/remind today at 9 tea", "That time is not in the future: it is 2026-01-01 10:0")]
    [InlineData("/remind 11 years tea", "That is more than 10 years away; nothing is kept that long.")]
    [InlineData("/remind 999999999d tea", "That is more than 10 years away; nothing is kept that long.")]
    [InlineData("/remind every 0.5 seconds tea", "That is too often: between two times there are at least 1s")]
    [InlineData("/remind every 0 minutes tea", "That is too often: between two times there are at least 1s")]
    [InlineData("/remind every 20 years tea", "Months are not all as long")]
    [InlineData("/remind every 9000 weeks tea", "That is more than 10 years away; nothing is kept that long.")]
    [InlineData("/remind cron: 0 0 30 2 * tea", "These times never come")]
    [InlineData("/remind cron: 99 0 * * * tea", "\"99 0 * * *\" is no cron expression of five fields")]
    [InlineData("/remind every 5 minutes 0 times", "It has to come at least once")]
    [InlineData("/remind tea", "When? Say it, for example: 10m")]
    public async Task Remind_ThatCannotBe_IsRefusedWithASentence(string command, string expected)
    {
        var conversation = await App.ConversationAsync(Cancel);

        (await AnswerAsync(conversation, command)).ShouldStartWith(expected);
        (await ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Reminder_DueWhileTheHubWasDown_ComesOnceLateAndSaysSo()
    {
        var conversation = await App.ConversationAsync(Cancel);
        await AnswerAsync(conversation, "/remind 10m deploy check");

        await RestartAsync(() => Clock.Jump(TimeSpan.FromHours(2.5)));

        await App.NoticedAsync(conversation, "⏰ deploy check (due 10:10, told 12:30)", Cancel);
        await RestartAsync(() => Clock.Jump(TimeSpan.FromHours(2)));
        (await ToldAsync()).ShouldBe(["⏰ deploy check (due 10:10, told 12:30)"]);
        (await ListAsync())[0].GetProperty("last_outcome").GetString().ShouldBe("told late");
    }

    [Fact]
    public async Task Reminder_OfAnotherDay_SaysTheDay()
    {
        await MakeAsync(new { text = "开会", when = "10分钟后" });

        Clock.Jump(TimeSpan.FromDays(1));

        await Eventually.TrueAsync(async () => (await ToldAsync()).Count == 1, Cancel);
        (await ToldAsync()).ShouldBe(["⏰ 开会（原定 2026-01-01 10:10，2026-01-02 10:00 告知）"]);
    }

    [Fact]
    public async Task Repeat_AfterASleep_ComesOnceAndGoesOnFromNow()
    {
        var made = await MakeAsync(new { text = "stretch", every_seconds = 3600 });

        Clock.Jump(TimeSpan.FromHours(5.5));

        var now = await UntilAsync(made, schedule => Runs(schedule) == 1);
        now.GetProperty("next_at").GetDateTimeOffset().ToUnixTimeSeconds().ShouldBe(made.GetProperty("next_at").GetDateTimeOffset().AddHours(5).ToUnixTimeSeconds());
        Clock.Jump(TimeSpan.FromMinutes(30));
        await UntilAsync(made, schedule => Runs(schedule) == 2);
        (await ToldAsync()).Count.ShouldBe(2);
        (await ToldAsync())[1].ShouldBe("⏰ stretch");
    }

    [Fact]
    public async Task Repeat_AfterAClockThatWasAYearAhead_GoesOnInItsTime()
    {
        var made = await MakeAsync(new { text = "stretch", every_seconds = 3600 });
        Clock.Jump(TimeSpan.FromDays(365));
        await UntilAsync(made, schedule => Runs(schedule) == 1);

        Clock.Jump(TimeSpan.FromDays(-365));

        await UntilAsync(made, schedule => schedule.GetProperty("next_at").GetDateTimeOffset() < Clock.GetUtcNow().AddHours(2));
        Clock.Jump(TimeSpan.FromHours(1));
        await UntilAsync(made, schedule => Runs(schedule) == 2);
    }

    [Fact]
    public async Task Reminder_AClockThatGoesBackABit_IsNotToldAgain()
    {
        var made = await MakeAsync(new { text = "stretch", every_seconds = 60 });
        Clock.Jump(TimeSpan.FromSeconds(60));
        await UntilAsync(made, schedule => Runs(schedule) == 1);

        Clock.Jump(TimeSpan.FromSeconds(-30));
        await RestartAsync(() => Clock.Jump(TimeSpan.FromSeconds(20)));
        var other = await MakeAsync(new { text = "tea", when = "1s" });
        await UntilAsync(other, schedule => Runs(schedule) == 1);

        Runs(await ShowAsync(made)).ShouldBe(1);
    }

    [Fact]
    public async Task Repeat_WithACount_EndsAfterIt()
    {
        var made = await MakeAsync(new { text = "stretch", when = "every minute, 2 times" });

        for (var run = 1; run <= 2; run++)
        {
            Clock.Jump(TimeSpan.FromMinutes(1));
            await UntilAsync(made, schedule => Runs(schedule) == run);
        }

        Text(await ShowAsync(made), "state").ShouldBe("ended");
        Text(await ShowAsync(made), "next_at").ShouldBeNull();
    }

    [Fact]
    public async Task Delivered_IsWhatTheChannelSaid()
    {
        var conversation = await App.ConversationAsync(Cancel);
        var unwatched = await MakeAsync(new { text = "tea", when = "1m", conversation });
        Text(unwatched, "delivered").ShouldBeNull();
        Clock.Jump(TimeSpan.FromMinutes(1));

        (await UntilAsync(unwatched, schedule => Runs(schedule) == 1)).GetProperty("delivered").GetBoolean().ShouldBeFalse();

        using var seen = await Ada.PostAsJsonAsync("/api/v1/inbox/seen", new { number = 1_000_000 }, Cancel);
        (await ShowAsync(unwatched)).GetProperty("delivered").GetBoolean().ShouldBeTrue();

        var watched = await MakeAsync(new { text = "coffee", when = "1m", conversation });
        await using var events = App.WatchAsync(conversation, cancel: Cancel).GetAsyncEnumerator(Cancel);
        await events.MoveNextAsync();
        Clock.Jump(TimeSpan.FromMinutes(1));
        (await UntilAsync(watched, schedule => Runs(schedule) == 1)).GetProperty("delivered").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Delivered_SomebodyWhoWatchesAnotherConversation_IsNone()
    {
        var (conversation, other) = (await App.ConversationAsync(Cancel), await App.ConversationAsync(Cancel));
        await AnswerAsync(other, "/nodes");
        await using var events = App.WatchAsync(other, cancel: Cancel).GetAsyncEnumerator(Cancel);
        await events.MoveNextAsync();
        var made = await MakeAsync(new { text = "tea", when = "1m", conversation });

        Clock.Jump(TimeSpan.FromMinutes(1));

        (await UntilAsync(made, schedule => Runs(schedule) == 1)).GetProperty("delivered").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Reminder_OfADeletedConversation_ComesInTheOneThatWasUsedLast()
    {
        var (gone, other) = (await App.ConversationAsync(Cancel), await App.ConversationAsync(Cancel));
        await MakeAsync(new { text = "tea", when = "1m", conversation = gone });
        await OkAsync(Ada, HttpMethod.Delete, "conversations/" + gone);

        Clock.Jump(TimeSpan.FromMinutes(1));

        await App.NoticedAsync(other, "⏰ tea", Cancel);
    }

    [Fact]
    public async Task Reminder_InItsTime_IsToldThen()
    {
        var made = await MakeAsync(new { text = "tea", when = "1s" });

        var told = await UntilAsync(made, schedule => Runs(schedule) == 1);

        var late = told.GetProperty("last_at").GetDateTimeOffset() - made.GetProperty("next_at").GetDateTimeOffset();
        late.ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
        late.ShouldBeLessThan(TimeSpan.FromSeconds(60)); // about 20 ms
    }

    private async Task<string> AnswerAsync(string conversation, string command) =>
        await App.AnswerAsync(conversation, await App.SayAsync(conversation, command, Cancel), Cancel);
}
