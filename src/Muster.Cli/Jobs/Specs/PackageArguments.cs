using System.CommandLine;
using Muster.Client.Jobs;
using Muster.Protocol.Jobs;

namespace Muster.Cli.Jobs.Specs;

/// <summary>What a ZIP does not say by itself; a spec says it.</summary>
internal sealed class PackageArguments
{
    private readonly Option<int?> _hosts = new("--hosts") { Description = "Of a .zip: so many machines run it at once, or none", HelpName = "N" };
    private readonly Option<string[]> _network = JobArguments.Each("--network", "Of a .zip: a host that it may reach, such as pypi.org; * for all public ones", "HOST");
    private readonly Option<TimeSpan?> _timeout = new Option<TimeSpan?>("--timeout") { Description = "Of a .zip: stop it after this time (default: 10m)", HelpName = "TIME" }.AsDuration();
    private readonly Option<ByteSize?> _memory = JobArguments.Size("--memory", "Of a .zip: memory that it needs (default: 256MiB)");
    private readonly Option<ByteSize?> _disk = JobArguments.Size("--disk", "Of a .zip: disk that it needs (default: 1GiB)");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _hosts, _network, _timeout, _memory, _disk })
        {
            command.Add(option);
        }
    }

    /// <exception cref="CliException">They are given and it is no package; a usage error.</exception>
    public PackageOptions Read(ParseResult parse, SpecFile spec)
    {
        var network = parse.GetValue(_network) is { Length: > 0 } hosts ? hosts : null;
        var options = new PackageOptions { Hosts = parse.GetValue(_hosts), Timeout = parse.GetValue(_timeout) };
        var needs = new NeedsSpec { Network = network, Memory = parse.GetValue(_memory), Disk = parse.GetValue(_disk) };
        options = needs == new NeedsSpec() ? options : options with { Needs = needs };
        return spec.Package is not null || options == new PackageOptions()
            ? options
            : throw new CliException($"{spec.Name} is a spec: write hosts, timeout and needs into it. These options are for a .zip.", ExitCode.Usage);
    }
}
