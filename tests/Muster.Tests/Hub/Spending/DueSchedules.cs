using Microsoft.Extensions.DependencyInjection;
using Muster.Hub;
using Muster.Hub.Schedules;
using Muster.Storage;

namespace Muster.Tests.Hub.Spending;

internal static class DueSchedules
{
    /// <summary>As if its time had come.</summary>
    public static async Task DueNowAsync(this RunningHub hub, string schedule, CancellationToken cancel)
    {
        await hub.Services.GetRequiredService<Database>().WriteAsync(tx => { tx.Execute("update schedules set next_at = 1 where id = @schedule", new { schedule }); }, cancel);
        hub.Services.GetRequiredService<ScheduleLoop>().Wake();
    }
}
