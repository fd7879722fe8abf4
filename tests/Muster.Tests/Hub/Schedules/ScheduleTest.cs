using System.Text.Json;
using Muster.Hub;
using Muster.Hub.Schedules;
using Muster.Testing;
using Muster.Tests.Hub.Accounts;

namespace Muster.Tests.Hub.Schedules;

/// <summary>A hub whose clock the test moves, and that looks at it often.</summary>
public abstract class ScheduleTest : PeopleTest
{
    protected JumpingClock Clock { get; } = new(new DateTimeOffset(2026, 1, 1, 10, 0, 0, TimeSpan.Zero));

    protected virtual ScheduleOptions Limits => new() { Look = TimeSpan.FromMilliseconds(20), ShortestInterval = TimeSpan.FromSeconds(1) };

    protected override HubOptions Configure(HubOptions options) => base.Configure(options) with { Time = Clock, Schedules = Limits };

    protected Task<JsonElement> MakeAsync(object request, HttpClient? client = null) => OkAsync(client ?? Ada, HttpMethod.Post, "schedules", request);

    protected async Task<JsonElement> ShowAsync(JsonElement made) => await OkAsync(Ada, HttpMethod.Get, "schedules/" + made.GetProperty("id").GetString());

    protected async Task<IReadOnlyList<JsonElement>> ListAsync(HttpClient? client = null, bool ended = true) =>
        [.. (await OkAsync(client ?? Ada, HttpMethod.Get, $"schedules?limit=200&ended={(ended ? "true" : "false")}")).GetProperty("items").EnumerateArray()];

    protected async Task<JsonElement> UntilAsync(JsonElement made, Func<JsonElement, bool> condition)
    {
        var last = made;
        await Eventually.TrueAsync(async () => condition(last = await ShowAsync(made)), Cancel);
        return last;
    }

    /// <summary>Texts of all notices of reminders that are in the owner's inbox, seen or not, in their order.</summary>
    protected Task<IReadOnlyList<string>> ToldAsync() =>
        Database.ReadAsync(tx => tx.Query<string>("select text from inbox where kind = 'reminder' order by number"), Cancel);

    protected static long Runs(JsonElement schedule) => schedule.GetProperty("runs").GetInt64();

    protected static string? Text(JsonElement schedule, string name) => schedule.GetProperty(name).ValueKind == JsonValueKind.Null ? null : schedule.GetProperty(name).ToString();
}
