using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Muster.Hub;
using Muster.Hub.Schedules;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Bench.Schedules;

/// <summary>
/// <c>schedules [--count 10000] [--database ADDRESS]</c>: reminders of a hub in this process, durable: first all due at one moment, then as many spread
/// over ten seconds. How late each is, is from its time to the end of the transaction that tells it.
/// </summary>
internal static class ScheduleCommand
{
    public static async Task RunAsync(string[] args)
    {
        string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
        var count = int.Parse(Option("--count") ?? "10000");
        var home = Directory.CreateTempSubdirectory("muster-bench-").FullName;
        await using (var hub = await HubHost.StartAsync(new HubOptions { Home = home, Urls = ["http://127.0.0.1:0"], Database = Option("--database") }))
        {
            await MeasureAsync(hub, count, TimeSpan.Zero);
            await MeasureAsync(hub, count, TimeSpan.FromSeconds(10));
        }

        Directory.Delete(home, recursive: true);
    }

    private static async Task MeasureAsync(RunningHub hub, int count, TimeSpan spread)
    {
        var database = hub.Services.GetRequiredService<Database>();
        var first = TimeProvider.System.GetUtcNow().AddSeconds(5);
        var due = Enumerable.Range(0, count).Select(number => first + (spread * number / count)).ToList();
        var before = await database.ReadAsync(Notices);
        await database.WriteAsync(tx => Fill(tx, due));
        var ends = new List<(DateTimeOffset At, long Told)>();
        var watch = new Stopwatch();
        var cpu = TimeSpan.Zero;
        for (long told = 0; told < count;)
        {
            var now = await database.ReadAsync(Notices) - before;
            if (now > told)
            {
                if (told == 0)
                {
                    cpu = Process.GetCurrentProcess().TotalProcessorTime;
                    watch.Start();
                }

                ends.Add((TimeProvider.System.GetUtcNow(), told = now));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }

        // In their order, so the first that was seen told is the first that was due.
        var late = ends.SelectMany((end, i) => Enumerable.Range((int)(i == 0 ? 0 : ends[i - 1].Told), (int)(end.Told - (i == 0 ? 0 : ends[i - 1].Told))).Select(number => (end.At - due[number]).TotalMilliseconds))
            .Order().ToList();
        var seconds = (ends[^1].At - first).TotalSeconds;
        var cores = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds / Math.Max(watch.Elapsed.TotalSeconds, 0.001);
        Console.WriteLine(
            $"{count} over {spread.TotalSeconds:0} s: told in {seconds:0.00} s, {count / seconds:0}/s; late p50 {late[count / 2]:0} ms, p99 {late[count * 99 / 100]:0} ms, most {late[^1]:0} ms; {cores:0.0} cores");
        await database.WriteAsync(tx => tx.Execute("delete from schedules"));
    }

    /// <summary>Asked so often that it must cost nothing: the numbers of an inbox have no gaps here.</summary>
    private static long Notices(Transaction tx) => tx.Scalar<long>("select coalesce(max(number), 0) from inbox");

    private static int Fill(Transaction tx, List<DateTimeOffset> due)
    {
        var user = tx.Scalar<string>("select id from users limit 1");
        foreach (var at in due)
        {
            ScheduleStore.Add(tx, new ScheduleRow
            {
                Id = Id<Schedule>.New(TimeProvider.System).ToString(), UserId = user, Kind = ScheduleWords.Message, Text = "look at the oven", Rule = "once", Zone = "UTC",
                NextAt = at.ToUnixTimeMilliseconds(), State = ScheduleWords.Active, CreatedAt = 0, ConversationId = Conversation(tx, user),
            });
        }

        return due.Count;
    }

    private static string Conversation(Transaction tx, string user)
    {
        tx.Execute("insert into conversations (id, user_id, created_at, updated_at) values ('cnv_bench', @user, 0, 0) on conflict (id) do nothing", new { user });
        return "cnv_bench";
    }
}
