using Microsoft.Extensions.DependencyInjection;
using Muster.Client;
using Muster.Client.Jobs;
using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Keys;
using Muster.Hub.Jobs;
using Muster.Protocol.Ids;
using Muster.Storage;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs;

/// <summary>Tasks of all jobs together, and what a person types for one.</summary>
public sealed class RecentTaskTests : IAsyncLifetime
{
    private PoolHouse _house = null!;
    private MusterClient _client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _house = await PoolHouse.StartAsync(Cancel);
        _client = new MusterClient(new Uri(_house.Hub.Hub.Urls[0]), _house.Hub.Hub.Local.Token);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _house.DisposeAsync();
    }

    [Fact]
    public async Task Tasks_OfAllJobs_ComeNewestJobFirstPageByPage()
    {
        var first = await RunAsync("true", 2);
        var second = await RunAsync("exit $((MUSTER_INDEX == 1 ? 3 : 0))", 3);

        var (places, next, pages) = (new List<(string, int)>(), (string?)null, 0);
        do
        {
            var page = await _client.Jobs.RecentTasksAsync(2, next, cancellationToken: Cancel);
            places.AddRange(page.Items.Select(item => (item.Job.Id, item.Place)));
            (next, pages) = (page.Next, pages + 1);
        }
        while (next is not null);
        var failed = await _client.Jobs.RecentTasksAsync(state: "failed", cancellationToken: Cancel);

        places.ShouldBe([(second, 0), (second, 1), (second, 2), (first, 0), (first, 1)]);
        pages.ShouldBe(3);
        var only = failed.Items.ShouldHaveSingleItem();
        (only.Place, only.Task.ExitCode, only.Job.Name).ShouldBe((1, 3, "test"));
        (await Should.ThrowAsync<MusterException>(() => _client.Jobs.RecentTasksAsync(state: "asleep", cancellationToken: Cancel))).Message.ShouldContain("asleep");
    }

    [Fact]
    public async Task Task_ByTheBeginningOfItsRandomPart_IsFoundWhereverOneIsTyped()
    {
        var job = await RunAsync("echo $MUSTER_INDEX", 3);
        var task = TaskIds.Of(Id<Job>.Parse(job), 2).ToString();

        foreach (var typed in new[] { task, task[14..], task[14..20], "#" + task[14..20], task[14..24].ToUpperInvariant(), "tsk_" + task[14..20], task[..22] })
        {
            var found = await _client.Jobs.FindTaskAsync(typed, Cancel);
            (found.Task.Id, found.Place).ShouldBe((task, 2), typed);
        }

        var text = "";
        await foreach (var chunk in _client.Jobs.LogsAsync(task[14..20], cancellationToken: Cancel))
        {
            text += System.Text.Encoding.UTF8.GetString(chunk.Bytes.Span);
        }

        text.ShouldBe("2\n");
        foreach (var typed in new[] { task[14..19], "zzzzzz", "tsk_zzzzzz", "%%%%%%" })
        {
            (await Should.ThrowAsync<MusterException>(() => _client.Jobs.FindTaskAsync(typed, Cancel))).Status.ShouldBe(404, typed);
        }
    }

    [Fact]
    public async Task Tasks_OfOthers_AreNotShown()
    {
        var job = await RunAsync("true", 1);
        var bob = Id<User>.New(TimeProvider.System).ToString();
        var key = await _house.Hub.Hub.Services.GetRequiredService<Database>().WriteAsync(
            tx =>
            {
                tx.Execute("insert into users (id, username, username_key, role, created_at) values (@bob, 'bob', 'bob', 'member', 0)", new { bob });
                return ApiKeys.Issue(tx, bob, "test", Scopes.Stored, TimeProvider.System);
            },
            Cancel);
        using var client = new MusterClient(new Uri(_house.Hub.Hub.Urls[0]), key);

        (await client.Jobs.RecentTasksAsync(cancellationToken: Cancel)).Items.ShouldBeEmpty();
        var task = TaskIds.Of(Id<Job>.Parse(job), 0).ToString();
        foreach (var typed in new[] { task, task[14..20] })
        {
            (await Should.ThrowAsync<MusterException>(() => client.Jobs.FindTaskAsync(typed, Cancel))).Status.ShouldBe(404);
        }
    }

    private async Task<string> RunAsync(string command, int count)
    {
        var job = await _house.SubmitAsync(new JobPlan
        {
            Name = "test", Steps = [new StepPlan { Id = "main", Command = ["sh", "-c", command], Count = count, Array = true, TimeoutSeconds = 60 }],
        });
        await _house.EndAsync(job);
        return job;
    }
}
