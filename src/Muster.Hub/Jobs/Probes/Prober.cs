using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Muster.Hub.Accounts;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Store;
using Muster.Hub.Operations;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Jobs.Probes;

/// <summary>
/// Now and then sends a machine of somebody else's a task whose answer the hub knows, as an ordinary job. One at a time for each
/// machine, at times that cannot be foreseen, and only where others than its owner may run tasks: nobody else would be harmed.
/// </summary>
internal sealed class Prober(PoolLoop loop, Database database, People people, JobOptions options, TimeProvider time, ILogger<Prober> logger)
    : Rounds(options.ProbeEvery / 4 < _look ? options.ProbeEvery / 4 : _look, time, logger)
{
    /// <summary>Machines whose results were found right so often are asked less.</summary>
    private const int TrustedPause = 4;
    private static readonly TimeSpan _look = TimeSpan.FromMinutes(1);
    private readonly Dictionary<Id<Node>, DateTimeOffset> _due = [];

    /// <summary>Clears away what is over, and asks the machines whose time has come.</summary>
    /// <returns>How many were asked.</returns>
    public async Task<int> TurnAsync(CancellationToken cancel)
    {
        await database.WriteAsync(PoolStore.ForgetProbes, cancel);
        if (!options.Probes || people.Owner is not { } owner)
        {
            return 0;
        }

        var machines = await loop.AskAsync((state, _) => Machines(state, owner), cancel);
        foreach (var gone in _due.Keys.Except(machines.Select(machine => machine.Node)).ToList())
        {
            _due.Remove(gone);
        }

        var asked = 0;
        foreach (var machine in machines.Where(IsDue))
        {
            _due[machine.Node] = Next(machine, 0.5);
            await loop.ApplyAsync(new SubmitJob(new JobSubmission(Id<Job>.New(Time), ProbePlan.Owner, ProbeWork.New().Plan(machine.Name, machine.AnyUser), 0, null)), cancel: cancel);
            asked++;
        }

        return asked;
    }

    protected override Task RoundAsync(CancellationToken cancel) => TurnAsync(cancel);

    private static List<Machine> Machines(PoolState state, Id<User> owner)
    {
        var asked = state.Jobs.Values.Where(job => job.Plan.Probe is not null).Select(job => job.Plan.Steps[0].Needs.Node).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var needs = new NeedsPlan();
        return
        [
            .. state.Nodes.Values
                .Where(node => node.HasRoom && node.Fits(needs) && node.Trust != TrustLevel.Suspended && node.Terms.Owner != owner && !asked.Contains(node.Terms.Name)
                    && node.Terms is { FunctionsOnly: false, Isolation: >= TaskIsolation.Process, Users: null or { Count: > 0 } } && node.Terms.Runtimes.Contains(TaskRuntime.Process))
                .Select(node => new Machine(node.Id, node.Terms.Name, node.Trust, node.Terms.Users is { } users ? [.. users] : [owner])),
        ];
    }

    private bool IsDue(Machine machine)
    {
        if (_due.TryGetValue(machine.Node, out var due))
        {
            return Time.GetUtcNow() >= due;
        }

        _due[machine.Node] = Next(machine, 0);
        return false;
    }

    /// <summary>A pause whose length lies around that of the settings.</summary>
    private DateTimeOffset Next(Machine machine, double least)
    {
        var pause = options.ProbeEvery * (machine.Trust == TrustLevel.Trusted ? TrustedPause : 1);
        return Time.GetUtcNow() + (pause * (least + (RandomNumberGenerator.GetInt32(1000) / 1000.0)));
    }

    /// <param name="Users">Who may run tasks there.</param>
    private sealed record Machine(Id<Node> Node, string Name, TrustLevel Trust, IReadOnlyList<Id<User>> Users)
    {
        public Id<User> AnyUser => Users[RandomNumberGenerator.GetInt32(Users.Count)];
    }
}
