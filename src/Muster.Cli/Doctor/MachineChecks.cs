using System.Runtime.InteropServices;
using Muster.Cli.Jobs;

namespace Muster.Cli.Doctor;

internal sealed class RuntimeCheck : ICheck
{
    public string Name => "muster";

    public Task<IReadOnlyList<Finding>> RunAsync(CommandContext context, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Finding>>([new Finding("muster", CheckState.Ok, $"{Invocation.Version} on {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}")]);
}

internal sealed class RootCheck : ICheck
{
    public string Name => "user";

    public Task<IReadOnlyList<Finding>> RunAsync(CommandContext context, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Finding>>([Environment.IsPrivilegedProcess
            ? new Finding("user", CheckState.Warning, "this runs with the rights of an administrator (root), and so would everything the agent does", "Make a user for it, for example: sudo useradd -m muster, and run Muster as that user.")
            : new Finding("user", CheckState.Ok, $"runs as {Environment.UserName}")]);
}

internal sealed class HomeCheck : ICheck
{
    public string Name => "home";

    public Task<IReadOnlyList<Finding>> RunAsync(CommandContext context, CancellationToken cancellationToken) => Task.FromResult(Find(context));

    private static IReadOnlyList<Finding> Find(CommandContext context)
    {
        var home = context.Home;
        if (!home.Exists)
        {
            return [new Finding("home", CheckState.Ok, $"{home.Path} does not exist yet; the first start makes it")];
        }

        var readable = home.ReadableByOthers().ToList();
        return readable.Count == 0
            ? [new Finding("home", CheckState.Ok, $"{home.Path}, for you alone")]
            : [new Finding("home", CheckState.Problem, $"other users of this machine can open {string.Join(", ", readable)}", $"Take their rights away: chmod go= {string.Join(' ', readable)}")];
    }
}

internal sealed class DiskCheck : ICheck
{
    public string Name => "disk";

    private const long Little = 1L << 30;
    private const long VeryLittle = 100L << 20;

    public Task<IReadOnlyList<Finding>> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var folder = context.Home.Path;
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
        {
            folder = parent;
        }

        var free = new DriveInfo(folder).AvailableFreeSpace;
        var text = $"{free / 1e9:0.0} GB free where the state lies";
        return Task.FromResult<IReadOnlyList<Finding>>([free switch
        {
            < VeryLittle => new Finding("disk", CheckState.Problem, text, "Free some space: with a full disk no message can be stored."),
            < Little => new Finding("disk", CheckState.Warning, text, "Free some space soon."),
            _ => new Finding("disk", CheckState.Ok, text),
        }]);
    }
}

internal sealed class ConfigurationCheck : ICheck
{
    public string Name => "configuration";

    public Task<IReadOnlyList<Finding>> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var configuration = context.Configuration;
        List<Finding> findings =
        [
            .. configuration.Problems.Select(problem => new Finding("configuration", CheckState.Problem, problem.ToString())),
            .. configuration.Warnings.Select(warning => new Finding("configuration", CheckState.Warning, warning)),
        ];
        if (findings.Count == 0)
        {
            findings.Add(new Finding("configuration", CheckState.Ok, $"{JobText.Count(configuration.Set.Count(), "value")} set, no mistake"));
        }

        return Task.FromResult<IReadOnlyList<Finding>>(findings);
    }
}
