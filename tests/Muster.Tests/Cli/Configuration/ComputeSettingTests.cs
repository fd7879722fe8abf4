using Muster.Cli;
using Muster.Cli.Composition;
using Muster.Cli.Configuration;
using Muster.Cli.State;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Configuration;

/// <summary>What a machine's owner writes about its share in the pool.</summary>
public sealed class ComputeSettingTests : IDisposable
{
    private readonly Cockpit _cockpit = new();

    [Fact]
    public void Compute_EveryLimit_ReachesTheNode()
    {
        _cockpit.Write("muster.yaml", """
            compute:
              cores: 0.5
              memory: 64MiB
              disk: 2GiB
              slots: 3
              hours: ["22:00-07:00", "12:00-13:00"]
              only_when_idle: true
              busy_above: 0.5
              min_price: 1.5
              labels: { room: attic }
              location: home
              network: false
            """);

        var configuration = Read();
        var options = NodeConfiguration.Compute(configuration);

        configuration.Problems.ShouldBeEmpty();
        (options.Cpus, options.MemoryBytes, options.DiskBytes, options.Slots).ShouldBe((0.5, 64L << 20, 2L << 30, 3));
        options.Hours.Select(hours => $"{hours}").ShouldBe(["22:00-07:00", "12:00-13:00"]);
        (options.OnlyWhenIdle, options.BusyAbove, options.PriceFactor, options.Network).ShouldBe((true, 0.5, 1500L, false));
        (options.Labels["room"], options.Location).ShouldBe(("attic", "home"));
    }

    [Theory]
    [InlineData("compute.cores", "many", "compute.cores is \"many\"; it must be a number such as 2 or 1.5.")]
    [InlineData("compute.cores", "-1", "compute.cores is -1; it must be 0 to 4096.")]
    [InlineData("compute.memory", "4G", "compute.memory is \"4G\"; it must be a size such as 512MiB or 4GiB.")]
    [InlineData("compute.hours", "22:00-7", "compute.hours has \"22:00-7\"; it must be two different times of the day such as 22:00-07:00.")]
    [InlineData("compute.slots", "0", "compute.slots is 0; it must be 1 to 10000.")]
    [InlineData("artifacts.upload_kept", "1s", "artifacts.upload_kept is 1s; it must be at least 60.")]
    public void Compute_WrongValue_IsRefusedWithASentence(string key, string value, string sentence) =>
        Read(new Leaf(key, value, new Source(Level.CommandLine, "--x"))).Problems.ShouldHaveSingleItem().ToString().ShouldContain(sentence);

    [Fact]
    public async Task Up_MoreCoresThanThereAre_IsRefusedAtTheStart()
    {
        _cockpit.Write("muster.yaml", "urls: http://127.0.0.1:0\ncompute: { cores: 4000 }\n");

        (await _cockpit.RunAsync("up")).ShouldBe(ExitCode.Usage);

        _cockpit.Error.ToString().ShouldContain("compute.cores is 4000, and this machine has");
    }

    public void Dispose() => _cockpit.Dispose();

    private MusterConfiguration Read(params Leaf[] options) => new ConfigurationReader(new Home(_cockpit.Home), _cockpit.Surroundings).Read(options, null);
}
