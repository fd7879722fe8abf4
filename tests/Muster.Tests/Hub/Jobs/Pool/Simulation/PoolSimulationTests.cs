using System.Collections.Concurrent;
using Muster.Hub.Jobs.Pool;
using Xunit;

namespace Muster.Tests.Hub.Jobs.Pool.Simulation;

public sealed class PoolSimulationTests
{
    private const int Seeds = 1000;

    [Fact]
    public void Pool_UnderEveryTrouble_EndsEachTaskOnceAndKeepsItsBooks()
    {
        var broken = new ConcurrentBag<(int Seed, Exception Error)>();
        // Other tests share the threads.
        Parallel.For(0, Seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
        {
            try
            {
                var pool = new SimulatedPool(seed);
                pool.Run();
                OnceOnly(pool);
            }
            catch (Exception error)
            {
                broken.Add((seed, error));
            }
        });
        var first = broken.OrderBy(one => one.Seed).Take(3).Select(one => $"seed {one.Seed}: {one.Error}");
        Assert.True(broken.IsEmpty, $"{broken.Count} of {Seeds} seeds broke.{Environment.NewLine}{string.Join(Environment.NewLine, first)}");
    }

    /// <summary>What may not run twice was begun once at most.</summary>
    private static void OnceOnly(SimulatedPool pool)
    {
        foreach (var job in pool.Kept.Jobs)
        {
            var first = 0;
            foreach (var step in job.Plan!.Steps)
            {
                for (var index = first; index < first + step.Count && step.AtMostOnce; index++)
                {
                    var begun = pool.Nodes.Sum(node => node.Begun.GetValueOrDefault((job.Number, index)));
                    Assert.True(begun <= 1, $"job {job.Number} task {index} was begun {begun} times");
                }

                first += step.Count;
            }

            Assert.True(job.State.IsFinal());
        }
    }
}
