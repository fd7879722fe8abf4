using Muster.Node.Compute;
using Muster.Protocol.Wire;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Compute;

public sealed class RoomTests
{
    private readonly Room _room = new(new ComputeOptions { Cpus = 2, MemoryBytes = 1 << 30 }, "nas");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Works_BeyondTheProcessors_WaitInTheirOrder()
    {
        var (first, second) = (await EnterAsync(1), await EnterAsync(1));
        var (third, fourth) = (EnterAsync(2), EnterAsync(1));

        first.Dispose();
        (third.IsCompleted, fourth.IsCompleted).ShouldBe((false, false), "the small one must not pass the large one for ever");
        second.Dispose();
        (await third).Dispose();

        (await fourth).Dispose();
    }

    [Fact]
    public async Task Works_BeyondTheMemory_Wait()
    {
        var first = await EnterAsync(0.1, 700);
        var second = EnterAsync(0.1, 700);

        second.IsCompleted.ShouldBeFalse();
        first.Dispose();
        (await second).Dispose();
    }

    [Fact]
    public async Task Work_ThatIsStoppedWhileItWaits_LetsTheNextIn()
    {
        using var stop = new CancellationTokenSource();
        using var first = await EnterAsync(1);
        var large = EnterAsync(2, cancel: stop.Token);
        var small = EnterAsync(1);
        small.IsCompleted.ShouldBeFalse();

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => large);
        (await small).Dispose();
    }

    [Fact]
    public async Task Work_LargerThanTheMachine_IsRefusedWithItsSizes()
    {
        var error = await Should.ThrowAsync<AttemptException>(() => EnterAsync(3));

        error.Refused.ShouldBeTrue();
        error.Message.ShouldBe("nas gives 2 processors and 1024 MiB to tasks, and this one needs 3 and 1 MiB.");
    }

    private Task<IDisposable> EnterAsync(double cpus, int mebibytes = 1, CancellationToken? cancel = null) =>
        _room.EnterAsync(new Work { Cpu = cpus, MemoryBytes = (ulong)mebibytes << 20 }, cancel ?? Cancel).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Cancel);
}
