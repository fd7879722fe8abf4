using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Chat;
using Muster.Hub.Fleet;
using Muster.Hub.Schedules.Times;
using Muster.Hub.Spending;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Schedules;

/// <summary>A user's own schedules. Everything happens in the caller's transaction.</summary>
internal sealed class ScheduleDesk(NodeDirectory nodes, ScheduleLoop loop, ScheduleOptions options, TimeProvider time)
{
    private const int LongestName = 200;
    private readonly ScheduleChecks _checks = new(options);

    /// <exception cref="ScheduleMistakeException">It cannot be; says why.</exception>
    public ScheduleRow Add(Transaction tx, UserRow user, Id<Schedule> id, ScheduleWish wish)
    {
        if (user.Rank < Role.Member)
        {
            throw new ScheduleMistakeException("", "A guest may not make reminders: somebody whose role is member can.", "访客不能设置提醒：请一位成员来设置。");
        }

        if (ScheduleStore.Open(tx, user.Id) >= options.MostPerUser)
        {
            throw new ScheduleMistakeException(
                "", $"There are {options.MostPerUser} schedules already, which is the most (schedules.most): cancel one first.", $"已有 {options.MostPerUser} 个计划，达到上限（schedules.most）：请先取消一个。");
        }

        var now = time.GetUtcNow();
        var zone = wish.Zone is null ? UsualZone : Zones.Find(wish.Zone);
        var made = _checks.Check(wish, now, zone);
        var row = new ScheduleRow
        {
            Id = id.ToString(),
            UserId = user.Id,
            ConversationId = wish.ConversationId,
            NodeId = NodeOf(user, wish),
            Session = SessionOf(wish),
            Kind = wish.IsInstruction ? ScheduleWords.Instruction : ScheduleWords.Message,
            Text = made.Text,
            Chinese = wish.Chinese ? 1 : 0,
            Rule = made.Rule.Word,
            EverySeconds = made.Rule is ScheduleRule.Every every ? (long)Math.Ceiling(every.Interval.TotalSeconds) : null,
            Cron = (made.Rule as ScheduleRule.Cron)?.Text,
            Zone = zone.Id,
            NextAt = made.First.ToUnixTimeMilliseconds(),
            MaxRuns = made.Rule is ScheduleRule.Once ? null : made.MaxRuns,
            State = ScheduleWords.Active,
            CreatedAt = now.ToUnixTimeMilliseconds(),
            KeyId = wish.KeyId,
            MayRun = wish.MayRun ? 1 : 0,
        };
        ScheduleStore.Add(tx, row);
        tx.OnCommitted(loop.Wake);
        return row;
    }

    public string Summary(ScheduleRow row) => ScheduleTexts.For(row.Chinese == 1).Made(row, time.GetUtcNow(), options.HubEnds);

    /// <exception cref="ApiException">None of this user's is meant.</exception>
    public static ScheduleRow Find(Transaction tx, string user, string id) => ScheduleStore.Find(
        tx, Prefixes.Resolve<Schedule>(tx, id, "schedule", "select id from schedules where user_id = @user", new { user }))!;

    public static ScheduleRow Remove(Transaction tx, string user, string id)
    {
        var row = Find(tx, user, id);
        ScheduleStore.Delete(tx, row.Id);
        SpendingScopes.Removed(tx, row.Id);
        return row;
    }

    /// <exception cref="ApiException">It has ended.</exception>
    public ScheduleRow Pause(Transaction tx, string user, string id)
    {
        var row = Open(tx, user, id);
        ScheduleStore.Set(tx, row.Id, ScheduleWords.Paused, row.NextAt);
        return row with { State = ScheduleWords.Paused };
    }

    /// <summary>A repeating one goes on from now; one that was due meanwhile comes at once, and says that it is late.</summary>
    /// <exception cref="ApiException">It has ended.</exception>
    public ScheduleRow Resume(Transaction tx, string user, string id)
    {
        var (row, now) = (Open(tx, user, id), time.GetUtcNow());
        var due = DateTimeOffset.FromUnixTimeMilliseconds(row.NextAt ?? 0);
        var next = row.State == ScheduleWords.Paused && row.Rule != "once" && due <= now ? ScheduleRule.First(row, now)?.ToUnixTimeMilliseconds() ?? row.NextAt : row.NextAt;
        ScheduleStore.Set(tx, row.Id, ScheduleWords.Active, next);
        tx.OnCommitted(loop.Wake);
        return row with { State = ScheduleWords.Active, NextAt = next };
    }

    public ScheduleModel Model(ScheduleRow row, string? summary = null) => new(
        row.Id, row.State, row.Kind, row.Text, row.Rule, row.EverySeconds, row.Cron, row.Zone, row.ConversationId,
        Id<Node>.TryParse(row.NodeId, out var node) ? nodes.Find(node)?.Name : null, row.Session, Moment(row.NextAt), row.Runs, row.MaxRuns, Moment(row.LastAt),
        row.LastOutcome, row.Delivered is { } delivered ? delivered == 1 : null, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt), summary);

    private TimeZoneInfo UsualZone => options.Zone is { } named ? Zones.Find(named) : time.LocalTimeZone;

    private static ScheduleRow Open(Transaction tx, string user, string id) => Find(tx, user, id) is { State: not ScheduleWords.Ended } row
        ? row
        : throw ApiException.Conflict("This schedule has ended: make a new one.");

    private string? NodeOf(UserRow user, ScheduleWish wish)
    {
        if (wish is { IsInstruction: false, Session: not null })
        {
            throw new ScheduleMistakeException(
                "session", "A reminder goes to no coding session, only an instruction does. Make it one (--instruction, or kind: instruction), or leave the session out.",
                "提醒不会发给编程会话，只有指令才会。请设为指令（--instruction，或 kind: instruction），或去掉会话。");
        }

        if (wish is { IsInstruction: false, Node: not null })
        {
            throw new ScheduleMistakeException(
                "node", "A reminder needs no machine, only an instruction is for one. Make it one (--instruction, or kind: instruction), or leave the machine out.",
                "提醒不需要机器，只有指令才指定机器。请设为指令（--instruction，或 kind: instruction），或去掉机器。");
        }

        return wish.Node is null ? null : nodes.For(user.Key).FirstOrDefault(node =>
                string.Equals(node.Name, wish.Node, StringComparison.OrdinalIgnoreCase) || node.Id.ToString() == wish.Node)?.Id.ToString()
            ?? throw new ScheduleMistakeException("node", $"There is no machine named \"{wish.Node}\". See muster nodes for their names.", $"没有叫“{wish.Node}”的机器。用 /nodes 查看名称。");
    }

    private static string? SessionOf(ScheduleWish wish) => wish.Session switch
    {
        { Length: > LongestName } => throw new ScheduleMistakeException("session", $"A session's name has at most {LongestName} characters.", $"会话名最多 {LongestName} 个字符。"),
        { } name when name.IndexOfAny([':', '：', '\n', '\r']) >= 0 => throw new ScheduleMistakeException("session", "A session's name has no colon: give the project's name or the session's id.", "会话名里没有冒号：请写项目名或会话编号。"),
        var name => string.IsNullOrWhiteSpace(name) ? null : name.Replace("\0", "", StringComparison.Ordinal).Trim(),
    };

    private static DateTimeOffset? Moment(long? milliseconds) => milliseconds is { } known ? DateTimeOffset.FromUnixTimeMilliseconds(known) : null;
}
