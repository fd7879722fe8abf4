using Muster.Node.Link;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Link;

public sealed class NodeIdentityTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    public void Dispose() => _home.Dispose();

    private static NodeIdentity New() => new()
    {
        HubUrl = "https://hub.example:5000",
        HubFingerprint = "00ff",
        NodeId = "nod_1",
        Secret = "secret",
        PrivateKey = NodeIdentity.NewKey().PrivateKey,
        MachineId = NodeIdentity.NewMachineId(),
    };

    [Fact]
    public void Identity_SavedAndLoaded_IsTheSameButForItsBoot()
    {
        var identity = New();
        identity.Save(_home.Path);
        identity.Save(_home.Path);

        var loaded = NodeIdentity.Load(_home.Path)!;

        (loaded with { BootId = identity.BootId }).ShouldBe(identity);
        loaded.BootId.ShouldNotBe(identity.BootId);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(Path.Combine(_home.Path, NodeIdentity.FileName)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public void Home_ThatNeverJoined_HasNone() => NodeIdentity.Load(_home.Path).ShouldBeNull();

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"node_id\": \"nod_1\"}")]
    [InlineData("{\"hub_url\":\"a\",\"node_id\":\"b\",\"secret\":\"c\",\"private_key\":\"AAAA\",\"machine_id\":\"d\"}")]
    public void DamagedFile_IsNamedWithWhatToDo(string text)
    {
        File.WriteAllText(Path.Combine(_home.Path, NodeIdentity.FileName), text);

        Should.Throw<InvalidDataException>(() => NodeIdentity.Load(_home.Path)).Message.ShouldContain("muster node join");
    }
}
