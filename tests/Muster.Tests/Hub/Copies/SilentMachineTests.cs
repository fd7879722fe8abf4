using Muster.Client;
using Muster.Hub;
using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Audit;
using Muster.Hub.Copies;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Copies;

/// <summary>A hub with little patience, and a machine that says nothing.</summary>
public sealed class SilentMachineTests : CopyTest
{
    protected override HubOptions Configure(HubOptions options) => base.Configure(options) with
    {
        Copies = new CopyOptions { Renew = TimeSpan.FromMilliseconds(50), Silent = TimeSpan.FromSeconds(2), Unasked = TimeSpan.FromSeconds(1) },
    };

    [Fact]
    public async Task Machine_ThatSaysNothing_FailsTheCopy()
    {
        await SilentAsync("nas");

        (await Should.ThrowAsync<MusterException>(() => Copies.RunAsync(Source("nas:a"), null, cancellationToken: Cancel))).Message.ShouldContain("nas has not been heard of");
    }

    /// <summary>As when its machine was killed: before it could ask, or afterwards.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Agent_ThatAsksNoMore_HasNoCopy(bool begun)
    {
        var nas = await SilentAsync("nas");
        var run = new CopyRun("run", "conversation", nas.Id);
        var request = new CopyRequest(new Muster.Hub.Copies.CopySource(null, "a", null, null, null), new Muster.Hub.Copies.CopyPlace("nas", "b"), null);
        var owner = Service<People>().Owner!.Value;
        var copy = await Database.WriteAsync(tx => Service<CopyDesk>().Add(tx, owner, new AuditActor(owner.ToString(), "ada", "run", ""), request, run), Cancel);
        if (begun)
        {
            Service<CopyRunner>().Begin(copy);
        }
        else
        {
            await Eventually.TrueAsync(() => copy.Unasked > TimeSpan.FromSeconds(1), Cancel);
            await Copies.StartAsync(Source("nas:a"), null, cancellationToken: Cancel);
        }

        await Eventually.TrueAsync(() => copy.IsOver, Cancel);

        copy.Model.State.ShouldBe("cancelled");
        copy.TryBegin().ShouldBeFalse();
    }
}
