using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Muster.Node.Link;
using Muster.Protocol.Link;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Link;

public sealed class PinnedHubTests : LinkFixture
{
    [Fact]
    public async Task HubWithThePinnedKey_IsTrusted_AnyOtherIsRefused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=hub", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
        using var nodeKey = Identity.OpenKey();
        await using var hub = await FarHub.StartAsync(HubStore, nodeKey.ExportSubjectPublicKeyInfo(), certificate);
        var secure = Identity with { HubUrl = $"https://127.0.0.1:{hub.Port}" };

        Start(LinkOptions() with { Identity = secure with { HubFingerprint = HubPin.Of(certificate) } }, out _);
        await UntilAsync(LinkStatus.Online);
        Start(LinkOptions() with { Identity = secure with { HubFingerprint = new string('0', 64) } }, out _);
        (await UntilAsync(LinkStatus.Refused)).Sentence.ShouldContain("does not show the key of the hub");
        Start(LinkOptions() with { Identity = secure }, out _);
        (await UntilAsync(LinkStatus.Refused)).Sentence.ShouldContain("does not show the key of the hub");
    }
}
