using System.Globalization;
using Muster.Hub.Schedules;
using Muster.Hub.Schedules.Times;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Schedules;

public sealed class SpokenTimeTests
{
    // A Thursday, 14:00 in Berlin.
    private static readonly DateTimeOffset _now = new(2026, 11, 26, 13, 0, 0, TimeSpan.Zero);
    private static readonly TimeZoneInfo _berlin = Zones.Find("Europe/Berlin");

    [Theory]
    [InlineData("10m", "2026-11-26 14:10")]
    [InlineData("1h30m", "2026-11-26 15:30")]
    [InlineData("1h 30m", "2026-11-26 15:30")]
    [InlineData("1.5 hours", "2026-11-26 15:30")]
    [InlineData("in 30 minutes", "2026-11-26 14:30")]
    [InlineData("in half an hour", "2026-11-26 14:30")]
    [InlineData("in an hour", "2026-11-26 15:00")]
    [InlineData("1 hour and 5 minutes from now", "2026-11-26 15:05")]
    [InlineData("In 2 Days", "2026-11-28 14:00")]
    [InlineData("in 2 months", "2027-01-26 14:00")]
    [InlineData("at 18:30", "2026-11-26 18:30")]
    [InlineData("18:30", "2026-11-26 18:30")]
    [InlineData("at 9", "2026-11-27 09:00")]
    [InlineData("5pm", "2026-11-26 17:00")]
    [InlineData("at 9:15 a.m.", "2026-11-27 09:15")]
    [InlineData("at noon", "2026-11-27 12:00")]
    [InlineData("at midnight", "2026-11-27 00:00")]
    [InlineData("tomorrow", "2026-11-27 09:00")]
    [InlineData("tomorrow at 9", "2026-11-27 09:00")]
    [InlineData("tomorrow at 6pm", "2026-11-27 18:00")]
    [InlineData("at 6 tomorrow", "2026-11-27 06:00")]
    [InlineData("tonight", "2026-11-26 20:00")]
    [InlineData("tonight at 9", "2026-11-26 21:00")]
    [InlineData("on friday at 8:30", "2026-11-27 08:30")]
    [InlineData("thursday at 9", "2026-12-03 09:00")]
    [InlineData("thursday at 15:00", "2026-11-26 15:00")]
    [InlineData("next monday", "2026-11-30 09:00")]
    [InlineData("2026-12-24 18:30", "2026-12-24 18:30")]
    [InlineData("2026-12-24T18:30:00Z", "2026-12-24 19:30")]
    [InlineData("2026-12-24T18:30:00+08:00", "2026-12-24 11:30")]
    [InlineData("on 2026-12-24 at 7", "2026-12-24 07:00")]
    [InlineData("30分钟后", "2026-11-26 14:30")]
    [InlineData("半小时后", "2026-11-26 14:30")]
    [InlineData("一个半小时后", "2026-11-26 15:30")]
    [InlineData("两个小时以后", "2026-11-26 16:00")]
    [InlineData("1小时30分钟后", "2026-11-26 15:30")]
    [InlineData("三天后", "2026-11-29 14:00")]
    [InlineData("明天9点", "2026-11-27 09:00")]
    [InlineData("明天上午九点半", "2026-11-27 09:30")]
    [InlineData("今晚8点", "2026-11-26 20:00")]
    [InlineData("今天18:30", "2026-11-26 18:30")]
    [InlineData("下午三点", "2026-11-26 15:00")]
    [InlineData("后天", "2026-11-28 09:00")]
    [InlineData("周五下午3点", "2026-11-27 15:00")]
    [InlineData("下周一9点", "2026-11-30 09:00")]
    [InlineData("12月24日18点30分", "2026-12-24 18:30")]
    [InlineData("1月2号", "2027-01-02 09:00")]
    public void Once_InWords_IsThatTime(string text, string expected) => Local(text).ShouldBe(expected);

    [Theory]
    [InlineData("at nine", "2026-11-27 09:00")]
    [InlineData("at half past nine", "2026-11-27 09:30")]
    [InlineData("tomorrow at a quarter to seven", "2026-11-27 06:45")]
    [InlineData("at 5 o'clock", "2026-11-27 05:00")]
    [InlineData("at 5 in the afternoon", "2026-11-26 17:00")]
    [InlineData("at ten at night", "2026-11-26 22:00")]
    [InlineData("at 2 at night", "2026-11-27 02:00")]
    [InlineData("at 12 at night", "2026-11-27 00:00")]
    [InlineData("tonight at 12", "2026-11-27 00:00")]
    [InlineData("今晚12点", "2026-11-27 00:00")]
    [InlineData("今晚12点半", "2026-11-27 00:30")]
    [InlineData("明晚十二点", "2026-11-28 00:00")]
    [InlineData("明天晚上12点", "2026-11-28 00:00")]
    [InlineData("明天半夜12点", "2026-11-28 00:00")]
    [InlineData("夜里一点", "2026-11-27 01:00")]
    [InlineData("八点零五分", "2026-11-27 08:05")]
    [InlineData("八点过五分", "2026-11-27 08:05")]
    [InlineData("in 3 days at 9", "2026-11-29 09:00")]
    [InlineData("三天后早上9点", "2026-11-29 09:00")]
    [InlineData("两天半后", "2026-11-29 02:00")]
    [InlineData("一年半后", "2028-05-26 14:00")]
    [InlineData("两个半月后", "2027-02-10 14:00")]
    [InlineData("一小时零一分钟后", "2026-11-26 15:01")]
    [InlineData("at ten past five", "2026-11-27 05:10")]
    [InlineData("at 10 minutes to 18:00", "2026-11-26 17:50")]
    [InlineData("in the evening", "2026-11-26 20:00")]
    [InlineData("friday morning", "2026-11-27 09:00")]
    [InlineData("friday evening at 8", "2026-11-27 20:00")]
    [InlineData("tomorrow in the morning", "2026-11-27 09:00")]
    [InlineData("明天早上", "2026-11-27 08:00")]
    [InlineData("后天早上八点半", "2026-11-28 08:30")]
    [InlineData("周五下午", "2026-11-27 14:00")]
    public void Once_WithPartsOfTheDay_IsThatTime(string text, string expected) => Local(text).ShouldBe(expected);

    [Theory]
    [InlineData("every 5 minutes", 300)]
    [InlineData("every 90s", 90)]
    [InlineData("every minute", 60)]
    [InlineData("every hour", 3600)]
    [InlineData("each day", 86400)]
    [InlineData("hourly", 3600)]
    [InlineData("every two weeks", 1209600)]
    [InlineData("every hour and a half", 5400)]
    [InlineData("every hour and 30 minutes", 5400)]
    [InlineData("每小时半", 5400)]
    [InlineData("every day and a half", 129600)]
    [InlineData("every other day", 172800)]
    [InlineData("every second hour", 7200)]
    [InlineData("every second", 1)]
    [InlineData("每隔一天", 172800)]
    [InlineData("隔周", 1209600)]
    [InlineData("每隔5分钟", 300)]
    [InlineData("每两个半小时", 9000)]
    [InlineData("每5分钟", 300)]
    [InlineData("每隔半小时", 1800)]
    [InlineData("每小时", 3600)]
    [InlineData("每天", 86400)]
    public void Repeat_ByALengthOfTime_IsThatInterval(string text, int seconds) =>
        Parse(text).Rule.ShouldBe(new ScheduleRule.Every(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("every day at 08:00", "0 8 * * *")]
    [InlineData("daily at 8pm", "0 20 * * *")]
    [InlineData("every monday at 9", "0 9 * * 1")]
    [InlineData("every Monday and Friday at 17:45", "45 17 * * 1,5")]
    [InlineData("every mon, wed, fri at 9", "0 9 * * 1,3,5")]
    [InlineData("every sunday", "0 9 * * 0")]
    [InlineData("every weekday at 7:30", "30 7 * * 1-5")]
    [InlineData("every month on the 1st at 9", "0 9 1 * *")]
    [InlineData("at 9 every day", "0 9 * * *")]
    [InlineData("at half past seven every weekday", "30 7 * * 1-5")]
    [InlineData("every morning", "0 9 * * *")]
    [InlineData("every morning at 7", "0 7 * * *")]
    [InlineData("every evening at 8", "0 20 * * *")]
    [InlineData("every night at 11", "0 23 * * *")]
    [InlineData("every night at 2", "0 2 * * *")]
    [InlineData("every day at nine in the evening", "0 21 * * *")]
    [InlineData("every monday morning", "0 9 * * 1")]
    [InlineData("every friday evening at 8", "0 20 * * 5")]
    [InlineData("every week on monday at 9", "0 9 * * 1")]
    [InlineData("on mondays at 9", "0 9 * * 1")]
    [InlineData("每天早上", "0 8 * * *")]
    [InlineData("每晚", "0 20 * * *")]
    [InlineData("每天半夜12点", "0 0 * * *")]
    [InlineData("every weekday at half past 8", "30 8 * * 1-5")]
    [InlineData("每晚十点半", "30 22 * * *")]
    [InlineData("每个早上7点", "0 7 * * *")]
    [InlineData("每周一早上", "0 8 * * 1")]
    [InlineData("每天8:00", "0 8 * * *")]
    [InlineData("每天 8:00", "0 8 * * *")]
    [InlineData("每天早上8点", "0 8 * * *")]
    [InlineData("每天晚上十点半", "30 22 * * *")]
    [InlineData("每周一9点", "0 9 * * 1")]
    [InlineData("每周一、三、五9点", "0 9 * * 1,3,5")]
    [InlineData("每周一到周五9点", "0 9 * * 1,2,3,4,5")]
    [InlineData("每个星期天", "0 9 * * 0")]
    [InlineData("每个工作日9点", "0 9 * * 1-5")]
    [InlineData("每月1号9点", "0 9 1 * *")]
    [InlineData("cron: 0 9 * * 1-5", "0 9 * * 1-5")]
    [InlineData("cron 30 4 1,15 * fri", "30 4 1,15 * FRI")]
    public void Repeat_ByDays_IsCron(string text, string cron) => Parse(text).Rule.ShouldBeOfType<ScheduleRule.Cron>().Text.ShouldBe(cron);

    [Theory]
    [InlineData("every 5 minutes, 3 times", 3)]
    [InlineData("every day at 8 for 10 times", 10)]
    [InlineData("每5分钟共3次", 3)]
    [InlineData("every hour, three times", 3)]
    [InlineData("every hour, twice", 2)]
    [InlineData("每天8点，最多十次", 10)]
    public void Repeat_WithACount_EndsAfterSoMany(string text, int runs) => Parse(text).MaxRuns.ShouldBe(runs);

    [Theory]
    [InlineData("every monday at 9 stretch, 3 times", 3, "stretch")]
    [InlineData("remind me every monday at 9 to stretch, three times", 3, "stretch")]
    [InlineData("remind me to stretch every hour, at most 5 times", 5, "stretch")]
    [InlineData("every hour drink water at most twice", 2, "drink water")]
    [InlineData("每周一9点提醒我喝水，最多三次", 3, "喝水")]
    [InlineData("每天9点，喝水3次", null, "喝水3次")]
    [InlineData("every hour do it 3 times", null, "do it 3 times")]
    [InlineData("in 10m knock, 3 times", null, "knock, 3 times")]
    public void Reminder_WithACountBehindIt_EndsAfterSoMany(string text, int? runs, string message)
    {
        var read = SpokenReminder.Parse(text, _now, _berlin);

        read.When.ShouldNotBeNull().MaxRuns.ShouldBe(runs);
        read.Message.ShouldBe(message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("9")]
    [InlineData("soon")]
    [InlineData("10")]
    [InlineData("10m deploy check")]
    [InlineData("at 25:00")]
    [InlineData("tomorrow at 9:75")]
    [InlineData("on someday")]
    [InlineData("2026-13-40 09:00")]
    [InlineData("everything")]
    [InlineData("开会")]
    public void Text_ThatIsNoTime_IsNone(string text) => SpokenTime.Parse(text, _now, _berlin).ShouldBeNull();

    [Theory]
    [InlineData("10m deploy check", "2026-11-26 14:10", "deploy check")]
    [InlineData("1h 30m stretch", "2026-11-26 15:30", "stretch")]
    [InlineData("in an hour and a half stretch", "2026-11-26 15:30", "stretch")]
    [InlineData("in an hour and a quarter stretch", "2026-11-26 15:15", "stretch")]
    [InlineData("in an hour and call Bob", "2026-11-26 15:00", "and call Bob")]
    [InlineData("in two and a half hours stretch", "2026-11-26 16:30", "stretch")]
    [InlineData("at 10 to one of them say hi", "2026-11-27 10:00", "one of them say hi")]
    [InlineData("明天早上提醒我喝水", "2026-11-27 08:00", "喝水")]
    [InlineData("10m after it", "2026-11-26 14:10", "after it")]
    [InlineData("tomorrow at 9 call Bob", "2026-11-27 09:00", "call Bob")]
    [InlineData("remind me tomorrow at 9 to call Bob", "2026-11-27 09:00", "call Bob")]
    [InlineData("remind me to call Bob tomorrow at 9", "2026-11-27 09:00", "call Bob")]
    [InlineData("tomorrow at 9 remind me to call Bob", "2026-11-27 09:00", "call Bob")]
    [InlineData("set a reminder for 5pm", "2026-11-26 17:00", "")]
    [InlineData("remind me in 1 hour and 30 minutes to call Bob", "2026-11-26 15:30", "call Bob")]
    [InlineData("remind me to water the plants in 2 hours", "2026-11-26 16:00", "water the plants")]
    [InlineData("in 10 min remind me about the tea", "2026-11-26 14:10", "the tea")]
    [InlineData("set a timer for 5 minutes", "2026-11-26 14:05", "")]
    [InlineData("30分钟后提醒我开会", "2026-11-26 14:30", "开会")]
    [InlineData("一个半小时后提醒我开会", "2026-11-26 15:30", "开会")]
    [InlineData("两个半小时后叫我起来", "2026-11-26 16:30", "起来")]
    [InlineData("提醒我两个小时后关灯", "2026-11-26 16:00", "关灯")]
    [InlineData("明天9点提醒我开会", "2026-11-27 09:00", "开会")]
    [InlineData("提醒我明天9点开会", "2026-11-27 09:00", "开会")]
    [InlineData("明天9点 开会", "2026-11-27 09:00", "开会")]
    [InlineData("设置一个明天9点的闹钟", "2026-11-27 09:00", "")]
    public void Sentence_WithATime_IsSplitIntoTimeAndMessage(string text, string expected, string message)
    {
        var reminder = SpokenReminder.Parse(text, _now, _berlin);

        Local(reminder.When!.Rule).ShouldBe(expected);
        reminder.Message.ShouldBe(message);
    }

    [Theory]
    [InlineData("remind me every day to take the pills at 8", "0 8 * * *", "take the pills")]
    [InlineData("every monday stretch at half past ten", "30 10 * * 1", "stretch")]
    [InlineData("remind me at 9 every day to stretch", "0 9 * * *", "stretch")]
    [InlineData("every day at 9 prepare the meeting at 10", "0 9 * * *", "prepare the meeting at 10")]
    [InlineData("每天早上提醒我喝水", "0 8 * * *", "喝水")]
    [InlineData("提醒我每晚十点睡觉", "0 22 * * *", "睡觉")]
    public void Sentence_WhoseRepeatHasATimeOfTheDay_IsReadWhole(string text, string cron, string message)
    {
        var reminder = SpokenReminder.Parse(text, _now, _berlin);

        reminder.When!.Rule.ShouldBeOfType<ScheduleRule.Cron>().Text.ShouldBe(cron);
        reminder.Message.ShouldBe(message);
    }

    [Theory]
    [InlineData("every other day at 9 stretch")]
    [InlineData("remind me to stretch every other day at 9")]
    [InlineData("every 2 days stretch at 9")]
    [InlineData("every 2 days at 9 stretch")]
    [InlineData("at 9 every third friday stretch")]
    [InlineData("每隔一天9点喝水")]
    [InlineData("提醒我喝水，每三天 9点")]
    [InlineData("每两天早上9点浇水")]
    [InlineData("every 2 weeks on monday at 9 water")]
    [InlineData("every monday at 9 and 17 stretch")]
    [InlineData("every two hours from 9 to 17 stretch")]
    [InlineData("every second day at 9 stretch")]
    [InlineData("every friday at 12 at night dance")]
    [InlineData("an hour before midnight call")]
    [InlineData("remind me to call an hour before midnight")]
    [InlineData("two days before christmas call")]
    [InlineData("friday week at 9 call")]
    [InlineData("a week from friday at 9 call")]
    [InlineData("12点差5分 开会")]
    public void Sentence_WhoseRepeatIsNotUnderstood_IsRefused(string text) =>
        Should.Throw<ScheduleMistakeException>(() => SpokenReminder.Parse(text, _now, _berlin)).Text(false).ShouldContain("half understood");

    [Theory]
    [InlineData("remind me to stretch", "stretch")]
    [InlineData("提醒我喝水", "喝水")]
    public void Sentence_WithoutATime_HasNone(string text, string message) =>
        SpokenReminder.Parse(text, _now, _berlin).ShouldBe(new SpokenReminder(null, message));

    [Fact]
    public void Sentence_WithARepeat_IsOne()
    {
        var reminder = SpokenReminder.Parse("remind me every day at 8 to take the pills", _now, _berlin);

        reminder.When!.Rule.ShouldBeOfType<ScheduleRule.Cron>().Text.ShouldBe("0 8 * * *");
        reminder.Message.ShouldBe("take the pills");
    }

    [Theory]
    [InlineData("2026-03-29 02:30", "2026-03-29 01:00")] // the clocks go from 2 to 3
    [InlineData("2026-10-25 02:30", "2026-10-25 00:30")] // and from 3 to 2: the first of both
    public void Once_WhereClocksJump_IsTheEndOfTheGapOrTheFirstOfTwo(string wall, string utc) =>
        Zones.Instant(DateTime.Parse(wall, CultureInfo.InvariantCulture), _berlin).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture).ShouldBe(utc);

    private static Spoken Parse(string text) => SpokenTime.Parse(text, _now, _berlin).ShouldNotBeNull(text);

    private static string Local(string text) => Local(Parse(text).Rule);

    private static string Local(ScheduleRule rule) =>
        TimeZoneInfo.ConvertTime(rule.ShouldBeOfType<ScheduleRule.Once>().At, _berlin).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
