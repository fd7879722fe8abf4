using System.Security.Cryptography;
using Muster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Machines;

/// <summary>Files between processes, by the command that people type.</summary>
public sealed class CopyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task File_RoundTheMachines_ComesBackAsItWas()
    {
        await using var household = Household.WithoutModel();
        await household.HubAsync();
        await household.NodeAsync("nas");
        await household.NodeAsync("pi");
        await household.OnlineAsync(2);
        var here = household.HomeOf("here");
        var content = RandomNumberGenerator.GetBytes(20_000_003);
        await File.WriteAllBytesAsync(Path.Combine(here, "a.bin"), content, Cancel);
        File.SetUnixFileMode(Path.Combine(here, "a.bin"), (UnixFileMode)0b111_101_000);

        var sent = await household.RunAsync("cp", Path.Combine(here, "a.bin"), "nas:");
        var between = await household.RunAsync("cp", "nas:a.bin", "pi:in/b.bin");
        var again = await household.RunAsync("cp", "nas:a.bin", "pi:in/b.bin");
        var back = await household.RunAsync("cp", "pi:in/b.bin", here + "/");

        (sent.Code, between.Code, back.Code).ShouldBe((0, 0, 0), sent.Error + between.Error + back.Error);
        (again.Code, again.Error).ShouldBe((1, "muster: pi: \"in/b.bin\" is there already. Choose another name, or have it replaced (overwrite; muster cp --force).\n"));
        (await File.ReadAllBytesAsync(Path.Combine(here, "b.bin"), Cancel)).AsSpan().SequenceEqual(content).ShouldBeTrue();
        File.GetUnixFileMode(Path.Combine(here, "b.bin")).ShouldBe((UnixFileMode)0b111_101_000);
        Directory.GetFiles(Path.Combine(household.HomeOf("pi"), "work", "in")).Select(Path.GetFileName).ShouldBe(["b.bin"]);
        (sent.Output + between.Output + back.Output).ShouldBe("");
    }
}
