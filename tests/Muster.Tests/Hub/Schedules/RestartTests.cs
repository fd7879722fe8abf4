using Muster.Hub.Schedules;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Schedules;

public sealed class PostgresRestartTests : RestartTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;

    protected override int Count => 2_000;
}

public class RestartTests : ScheduleTest
{
    private const int Restarts = 20;

    protected override ScheduleOptions Limits => base.Limits with { MostPerUser = 1_000_000, Batch = 100 };

    protected virtual int Count => 10_000;

    /// <summary>Half of them are due together; the hub is stopped in the middle of telling them, again and again.</summary>
    [Fact]
    public async Task Schedules_ThroughManyRestarts_EachIsToldOnce()
    {
        var conversation = await App.ConversationAsync(Cancel);
        var user = await Database.ReadAsync(tx => tx.Scalar<string>("select id from users where username = 'ada'"), Cancel);
        await FillAsync(user, conversation);

        for (var restart = 1; restart <= Restarts; restart++)
        {
            Clock.Jump(TimeSpan.FromMinutes(1));
            await ToldAtLeastAsync(Count * restart / (2 * Restarts));
            await RestartAsync();
        }

        await ToldAtLeastAsync(Count);
        var (told, different) = await Database.ReadAsync(
            tx => (tx.Scalar<long>("select count(*) from inbox where kind = 'reminder'"), tx.Scalar<long>("select count(distinct text) from inbox where kind = 'reminder'")), Cancel);
        (told, different).ShouldBe((Count, Count));
        (await Database.ReadAsync(tx => tx.Scalar<long>("select count(*) from thread_events where name = 'notice' and conversation_id = @conversation", new { conversation }), Cancel)).ShouldBe(Count);
        (await Database.ReadAsync(tx => tx.Scalar<long>("select count(*) from schedules where state <> 'ended' or runs <> 1 or next_at is not null"), Cancel)).ShouldBe(0);
    }

    private Task ToldAtLeastAsync(int count) => Eventually.TrueAsync(
        async () => await Database.ReadAsync(tx => tx.Scalar<long>("select count(*) from inbox where kind = 'reminder'"), Cancel) >= count, Cancel);

    private Task FillAsync(string user, string conversation)
    {
        var now = Clock.GetUtcNow();
        return Database.WriteAsync(
            tx =>
            {
                for (var i = 0; i < Count; i++)
                {
                    // The first half is due at once, after a minute; of the others one in each of the following minutes and so on.
                    var minutes = i < Count / 2 ? 1 : 1 + (i % Restarts);
                    ScheduleStore.Add(tx, new ScheduleRow
                    {
                        Id = Muster.Protocol.Ids.Id<Muster.Protocol.Ids.Schedule>.New(Clock).ToString(), UserId = user, ConversationId = conversation, Kind = ScheduleWords.Message,
                        Text = $"reminder {i:00000}", Rule = "once", Zone = "UTC", NextAt = now.AddMinutes(minutes).ToUnixTimeMilliseconds(), State = ScheduleWords.Active,
                        CreatedAt = now.ToUnixTimeMilliseconds(),
                    });
                }
            },
            Cancel);
    }
}
