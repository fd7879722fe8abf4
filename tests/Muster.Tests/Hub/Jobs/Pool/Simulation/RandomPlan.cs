using Muster.Hub.Jobs;

namespace Muster.Tests.Hub.Jobs.Pool.Simulation;

/// <summary>Jobs of every kind: arrays, dependencies, copies, several hosts, once only, deadlines.</summary>
internal static class RandomPlan
{
    public static JobPlan Of(Random chance)
    {
        var steps = Enumerable.Range(0, chance.Next(1, 4)).Select(index => Step(chance, index)).ToList();
        return new JobPlan
        {
            Name = "random", Steps = steps, Priority = (JobPriority)chance.Next(4), DeadlineSeconds = chance.Next(6) == 0 ? chance.Next(60, 7200) : null,
            Pack = chance.Next(2) == 0,
        };
    }

    private static StepPlan Step(Random chance, int index)
    {
        var kind = chance.Next(6);
        return new StepPlan
        {
            Id = $"s{index}", Command = ["true"], Count = kind == 0 ? 3 : chance.Next(1, 6), Gang = kind == 0, Copies = kind == 1 ? 2 : 1,
            AtMostOnce = kind == 2, Retries = kind == 2 ? 0 : chance.Next(4), Preemptible = kind == 3, LostWaitSeconds = 300,
            After = index > 0 && chance.Next(2) == 0 ? [chance.Next(index)] : [],
            Needs = new NeedsPlan { Cpu = chance.Next(1, 3), MemoryBytes = 512L << 20 },
        };
    }
}
