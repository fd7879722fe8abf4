using Muster.Client.Http;
using Muster.Client.Jobs;

namespace Muster.Client.Plans;

/// <summary>Analyses requests, and runs their steps on the fleet.</summary>
public sealed class PlanClient
{
    private readonly Transport _transport;

    internal PlanClient(Transport transport) => _transport = transport;

    /// <summary>Says how complex a request is and what it is made of; runs nothing.</summary>
    public Task<PlanInfo> AnalyseAsync(string text, CancellationToken cancellationToken = default) =>
        _transport.PostAsync("api/v1/plans", new PlanAsked(text), ClientJson.Default.PlanAsked, ClientJson.Default.PlanInfo, cancellationToken);

    /// <summary>Each step as an agent task of one job, after those that it depends on. One step alone depends on none.</summary>
    public Task<JobInfo> RunAsync(IReadOnlyList<PlanStepInfo> steps, string? name = null, CancellationToken cancellationToken = default) =>
        _transport.PostAsync("api/v1/plans/run", new PlanRun(name, steps), ClientJson.Default.PlanRun, ClientJson.Default.JobInfo, cancellationToken);

    /// <summary>Health and counts of the machines.</summary>
    public Task<WorkersInfo> WorkersAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync("api/v1/workers", ClientJson.Default.WorkersInfo, cancellationToken);
}
