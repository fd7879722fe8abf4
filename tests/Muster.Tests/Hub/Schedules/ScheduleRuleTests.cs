using System.Globalization;
using Muster.Hub.Schedules;
using Muster.Hub.Schedules.Times;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Schedules;

public sealed class ScheduleRuleTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 26, 13, 0, 0, TimeSpan.Zero); // a Thursday

    [Theory]
    [InlineData("0 9 * * 1-5", "UTC", "2026-11-27 09:00")]
    [InlineData("0 9 * * 0", "UTC", "2026-11-29 09:00")] // 0 and 7 are Sunday, as in a crontab
    [InlineData("0 9 * * 7", "UTC", "2026-11-29 09:00")]
    [InlineData("0 9 * * 5-7", "UTC", "2026-11-27 09:00")]
    [InlineData("0 9 * * MON", "UTC", "2026-11-30 09:00")]
    [InlineData("*/15 * * * *", "UTC", "2026-11-26 13:15")]
    [InlineData("@DAILY", "UTC", "2026-11-27 00:00")]
    [InlineData("0 0 1 1 *", "UTC", "2027-01-01 00:00")]
    [InlineData("0 9 13 * 5", "UTC", "2026-11-27 09:00")] // either of the two days, as in a crontab
    [InlineData("0 9 * * *", "Asia/Shanghai", "2026-11-27 01:00")]
    [InlineData("0 9 * * *", "America/New_York", "2026-11-26 14:00")]
    public void Cron_OfFiveFields_ComesWhenACrontabWould(string cron, string zone, string expected) =>
        Text(new ScheduleRule.Cron(cron, Zones.Find(zone)).First(_now)).ShouldBe(expected);

    [Theory]
    [InlineData("0 9 * *")]
    [InlineData("0 0 9 * * ?")]
    [InlineData("99 9 * * *")]
    [InlineData("0 9 * * 8")]
    [InlineData("0 9 0 * *")]
    [InlineData("0 9 1 13 *")]
    [InlineData("whenever")]
    public void Cron_WithAMistake_IsRefusedWithASentence(string cron) =>
        Should.Throw<ScheduleMistakeException>(() => new ScheduleRule.Cron(cron, TimeZoneInfo.Utc)).Message.ShouldStartWith($"\"{cron}\" is no cron expression of five fields");

    [Fact]
    public void Cron_WhereClocksGoForward_ComesAtTheEndOfTheGapAndOnce()
    {
        var rule = new ScheduleRule.Cron("30 2 * * *", Zones.Find("Europe/Berlin"));

        Times(rule, "2026-03-28 12:00", 3).ShouldBe(["2026-03-29 01:00", "2026-03-30 00:30", "2026-03-31 00:30"]);
    }

    [Fact]
    public void Cron_WhereClocksGoBack_ComesTheFirstTimeAlone()
    {
        var rule = new ScheduleRule.Cron("30 2 * * *", Zones.Find("Europe/Berlin"));

        Times(rule, "2026-10-24 12:00", 3).ShouldBe(["2026-10-25 00:30", "2026-10-26 01:30", "2026-10-27 01:30"]);
    }

    [Fact]
    public void Cron_OfEveryHalfHour_GoesThroughBothHoursWhereClocksGoBack()
    {
        var rule = new ScheduleRule.Cron("*/30 * * * *", Zones.Find("Europe/Berlin"));

        Times(rule, "2026-10-24 23:45", 5).ShouldBe(["2026-10-25 00:00", "2026-10-25 00:30", "2026-10-25 01:00", "2026-10-25 01:30", "2026-10-25 02:00"]);
    }

    [Fact]
    public void Every_ToldInTime_KeepsItsBeat() =>
        new ScheduleRule.Every(TimeSpan.FromMinutes(5)).Next(_now, _now.AddMilliseconds(3)).ShouldBe(_now.AddMinutes(5));

    [Fact]
    public void Every_ToldLate_GoesOnFromNowInItsBeat() =>
        new ScheduleRule.Every(TimeSpan.FromMinutes(5)).Next(_now, _now.AddMinutes(62)).ShouldBe(_now.AddMinutes(65));

    [Fact]
    public void Cron_ToldLate_LeavesOutWhatWasMissed() =>
        Text(new ScheduleRule.Cron("0 * * * *", TimeZoneInfo.Utc).Next(_now, _now.AddHours(5).AddMinutes(1))).ShouldBe("2026-11-26 19:00");

    private static IReadOnlyList<string> Times(ScheduleRule rule, string after, int count)
    {
        var at = DateTimeOffset.Parse(after, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return [.. Enumerable.Range(0, count).Select(_ => Text(at = rule.Next(at, at)!.Value))];
    }

    private static string Text(DateTimeOffset? at) => at!.Value.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
