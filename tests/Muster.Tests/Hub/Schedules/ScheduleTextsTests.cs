using Muster.Hub.Schedules;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Schedules;

public sealed class ScheduleTextsTests
{
    private static readonly DateTimeOffset _now = new(2026, 1, 1, 10, 0, 0, TimeSpan.Zero);

    private static readonly ScheduleRow _row = new()
    {
        Id = "sch_01m8b2370mxnk86w8xayn09sh1", UserId = "ada", Kind = ScheduleWords.Message, Text = "tea", Rule = "once", Zone = "Europe/Berlin",
        NextAt = _now.AddHours(1).ToUnixTimeMilliseconds(), State = ScheduleWords.Active,
    };

    [Theory]
    [InlineData(false, "I will remind you at 2026-01-01 12:00 (Europe/Berlin): tea\n#xnk86w\nIt fires only while a hub runs: keep one running with \"muster up\".")]
    [InlineData(true, "好的，2026-01-01 12:00（Europe/Berlin）提醒你：tea\n#xnk86w\n它只在有 hub 运行时才会触发")]
    public void Made_WhereTheHubEndsWithItsCommand_SaysThatItNeedsOne(bool chinese, string expected) =>
        ScheduleTexts.For(chinese).Made(_row, _now, hubEnds: true).ShouldStartWith(expected);

    [Fact]
    public void List_OfMoreThanIsShown_SaysHowManyAreLeft()
    {
        var later = _row with { NextAt = _row.NextAt + 60_000, Text = "later" };

        var text = ScheduleTexts.For(false).List([later, _row, later], 1);

        text.ShouldNotContain("later");
        text.ShouldEndWith("\n… and 2 more: muster schedule list");
    }

    [Fact]
    public void Made_WhereTheHubGoesOn_DoesNot() => ScheduleTexts.For(false).Made(_row, _now, hubEnds: false).ShouldEndWith("tea\n#xnk86w");

    [Fact]
    public void Made_ByCron_SaysWhatAndWhenFirst() =>
        ScheduleTexts.For(false).Made(_row with { Rule = "cron", Cron = "0 12 * * *" }, _now, hubEnds: false)
            .ShouldBe("I will remind you every day at 12:00, first at 2026-01-01 12:00 (Europe/Berlin): tea\n#xnk86w");

    [Theory]
    [InlineData("0 9 * * 1", "every monday at 09:00", "每周一 09:00")]
    [InlineData("30 7 * * MON-FRI", "every weekday at 07:30", "每个工作日 07:30")]
    [InlineData("0 9 * * 1,3,7", "every monday, wednesday, sunday at 09:00", "每周一、三、日 09:00")]
    [InlineData("0 9 * * 0,6", "every weekend at 09:00", "每个周末 09:00")]
    [InlineData("5 8 1 * *", "every month on day 1 at 08:05", "每月 1 号 08:05")]
    [InlineData("*/15 * * * *", "every 15 minutes", "每 15 分钟")]
    [InlineData("20 * * * *", "every hour at minute 20", "每小时的第 20 分")]
    [InlineData("0 9 1 1 *", "cron 0 9 1 1 *", "cron 0 9 1 1 *")]
    [InlineData("*/7 * * * *", "cron */7 * * * *", "cron */7 * * * *")]
    [InlineData("0 9-17 * * 1-5", "cron 0 9-17 * * 1-5", "cron 0 9-17 * * 1-5")]
    [InlineData("0 9 13 * 5", "cron 0 9 13 * 5", "cron 0 9 13 * 5")]
    public void List_OfACrontab_SaysItInWordsWhereItCan(string cron, string english, string chinese)
    {
        var row = _row with { Rule = "cron", Cron = cron };

        ScheduleTexts.For(false).List([row], 50).ShouldContain($", {english}: tea");
        ScheduleTexts.For(true).List([row], 50).ShouldContain($", {chinese}: tea");
    }

    [Fact]
    public void List_AfterATime_SaysWhatBecameOfItAndWhetherItArrived() =>
        ScheduleTexts.For(false).List([_row with { State = ScheduleWords.Ended, LastAt = _now.ToUnixTimeMilliseconds(), LastOutcome = ScheduleWords.ToldLate, Delivered = 0 }], 50)
            .ShouldBe("Reminders and schedules:\n#xnk86w ended: tea\n  last 2026-01-01 11:00, told late, not delivered yet");
}
