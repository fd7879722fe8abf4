using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Shouldly;
using Xunit;

namespace Muster.Tests.Protocol.Link;

public sealed class LinkHandshakeTests
{
    private static readonly OutboxPosition Mine = new("mine", [new OutboxLane(1, 11, 4), new OutboxLane(2, 6, 0)]);

    private static StreamPosition Peer(string id, params (uint Lane, ulong Applied)[] lanes)
    {
        var position = new StreamPosition { OutboxId = id };
        foreach (var (lane, applied) in lanes)
        {
            position.Lanes[lane] = applied;
        }

        return position;
    }

    [Fact]
    public void SignedText_IsAsDocumented()
    {
        var welcome = new Welcome { HubId = "hub_1", Nonce = ByteString.CopyFrom(1, 2, 3) };

        Encoding.UTF8.GetString(LinkHandshake.SignedText(welcome, "machine")).ShouldBe("muster.v1\nhub_1\nAQID\nmachine");
    }

    [Fact]
    public void Signature_HoldsForItsKeyNonceHubAndMachineAlone()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var welcome = LinkHandshake.Welcome("hub_1", "0.1.0", LinkHandshake.NewNonce());
        var signature = LinkHandshake.Sign(key, welcome, "machine");
        var publicKey = key.ExportSubjectPublicKeyInfo();

        LinkHandshake.Verify(publicKey, welcome, "machine", signature).ShouldBeTrue();
        LinkHandshake.Verify(publicKey, welcome, "another", signature).ShouldBeFalse();
        LinkHandshake.Verify(publicKey, LinkHandshake.Welcome("hub_1", "0.1.0", LinkHandshake.NewNonce()), "machine", signature).ShouldBeFalse();
        LinkHandshake.Verify(other.ExportSubjectPublicKeyInfo(), welcome, "machine", signature).ShouldBeFalse();
        LinkHandshake.Verify([1, 2, 3], welcome, "machine", signature).ShouldBeFalse();
        LinkHandshake.Verify(publicKey, welcome, "machine", []).ShouldBeFalse();
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(uint.MaxValue, false)]
    public void Versions_WorkOneApart(uint peer, bool works) => LinkHandshake.WorksWith(peer).ShouldBe(works);

    [Fact]
    public void Resume_PeerIsWithinWhatIsKept_GoesOnAfterIt()
    {
        var result = LinkHandshake.Resume(Mine, Peer("mine", (1, 7), (2, 5)));

        result.Resumes.ShouldBeTrue();
        result.From.Lanes.ShouldBe(new Dictionary<uint, ulong> { [1] = 7, [2] = 5 }, ignoreOrder: true);
    }

    [Fact]
    public void Resume_PeerIsBehindWhatIsForgotten_Reconciles() =>
        LinkHandshake.Resume(Mine, Peer("mine", (1, 3))).Resumes.ShouldBeFalse();

    [Fact]
    public void Resume_PeerIsAheadOfThisStore_Reconciles()
    {
        LinkHandshake.Resume(Mine, Peer("mine", (1, 11))).Resumes.ShouldBeFalse();
        LinkHandshake.Resume(Mine, Peer("mine", (1, 5), (3, 1))).Resumes.ShouldBeFalse();
    }

    [Fact]
    public void Resume_PeerKnowsAnotherOutbox_ReconcilesOnlyIfSomethingIsForgotten()
    {
        LinkHandshake.Resume(Mine, Peer("other", (1, 7))).Resumes.ShouldBeFalse();
        LinkHandshake.Resume(Mine, null).Resumes.ShouldBeFalse();

        var fresh = LinkHandshake.Resume(new OutboxPosition("mine", [new OutboxLane(1, 11, 0)]), Peer("other", (1, 7)));
        fresh.Resumes.ShouldBeTrue();
        fresh.From.ShouldBe(new StreamPosition { OutboxId = "mine" });
    }

    [Fact]
    public void Applied_OfAnotherOutbox_CountsForNothing()
    {
        var lanes = new Dictionary<int, ulong> { [1] = 7 };

        LinkHandshake.Applied("a", lanes, Peer("a")).ShouldBe(Peer("a", (1, 7)));
        LinkHandshake.Applied("a", lanes, Peer("b")).ShouldBe(Peer("b"));
        LinkHandshake.Applied(null, [], Peer("b")).ShouldBe(Peer("b"));
        LinkHandshake.Applied("a", lanes, null).ShouldBe(Peer("a", (1, 7)));
    }
}
