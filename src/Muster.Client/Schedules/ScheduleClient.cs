using Muster.Client.Http;

namespace Muster.Client.Schedules;

/// <summary>The signed-in user's reminders and schedules.</summary>
public sealed class ScheduleClient
{
    private readonly Transport _transport;

    internal ScheduleClient(Transport transport) => _transport = transport;

    /// <exception cref="MusterException"><c>invalid</c> with a sentence about the time, or as for every call.</exception>
    public Task<ScheduleInfo> CreateAsync(ScheduleOptions options, CancellationToken cancellationToken = default) =>
        _transport.PostAsync("api/v1/schedules", options, ClientJson.Default.ScheduleOptions, ClientJson.Default.ScheduleInfo, cancellationToken);

    /// <summary>Newest first.</summary>
    /// <param name="ended">Also those that are over.</param>
    public async Task<IReadOnlyList<ScheduleInfo>> ListAsync(bool ended = false, CancellationToken cancellationToken = default)
    {
        var all = new List<ScheduleInfo>();
        string? after = null;
        do
        {
            var path = $"api/v1/schedules?limit=200&ended={(ended ? "true" : "false")}" + (after is null ? "" : "&after=" + Uri.EscapeDataString(after));
            var page = await _transport.GetAsync(path, ClientJson.Default.PageScheduleInfo, cancellationToken);
            all.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        return all;
    }

    /// <param name="schedule">An id, or a unique part of one.</param>
    public Task<ScheduleInfo> GetAsync(string schedule, CancellationToken cancellationToken = default) =>
        _transport.GetAsync(Path(schedule), ClientJson.Default.ScheduleInfo, cancellationToken);

    public Task<ScheduleInfo> PauseAsync(string schedule, CancellationToken cancellationToken = default) => ChangeAsync(schedule, "/pause", cancellationToken);

    /// <summary>A repeating one goes on from now; one that was due meanwhile comes at once.</summary>
    public Task<ScheduleInfo> ResumeAsync(string schedule, CancellationToken cancellationToken = default) => ChangeAsync(schedule, "/resume", cancellationToken);

    public Task RemoveAsync(string schedule, CancellationToken cancellationToken = default) =>
        _transport.DoAsync(HttpMethod.Delete, Path(schedule), null, cancellationToken);

    private Task<ScheduleInfo> ChangeAsync(string schedule, string verb, CancellationToken cancellationToken) =>
        _transport.PostAsync(Path(schedule) + verb, new Nothing(), ClientJson.Default.Nothing, ClientJson.Default.ScheduleInfo, cancellationToken);

    private static string Path(string schedule) => "api/v1/schedules/" + Uri.EscapeDataString(schedule);
}
