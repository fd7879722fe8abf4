using Muster.Cli.Composition;
using Muster.Node.Sandbox;
using Muster.Node.Tools;

namespace Muster.Cli.Doctor;

/// <summary>Whether shell commands of agents can be sandboxed here, by trying it.</summary>
internal sealed class SandboxCheck : ICheck
{
    public string Name => "sandbox";

    private const string Key = "tools.shell.isolation";

    public async Task<IReadOnlyList<Finding>> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        // Before the first start there is no working folder to try it with.
        var folder = Directory.Exists(context.Home.Work) ? context.Home.Work : context.Surroundings.Directory;
        var tools = NodeConfiguration.Tools(context.Configuration, context.Home, folder);
        if (tools.Isolation == ShellIsolation.Host)
        {
            return [new Finding("sandbox", CheckState.Warning, $"{Key} is host: shell commands run with your rights", $"To use the sandbox: muster config set {Key} process")];
        }

        if (tools.Isolation == ShellIsolation.Off)
        {
            return [new Finding("sandbox", CheckState.Ok, $"{Key} is off: agents have no shell")];
        }

        var status = await ToolSet.Check(tools, context.Time).GetAsync();
        if (!status.Works && status.Sentence.Contains("No space left on device", StringComparison.Ordinal))
        {
            return [new Finding("sandbox", CheckState.Problem, "the agent's shell stays off while the disk is full: " + status.Sentence, "Free some space, then ask again: muster doctor")];
        }

        return [status.Works
            ? new Finding("sandbox", CheckState.Ok, "bubblewrap works")
            : new Finding("sandbox", CheckState.Problem, "the agent's shell stays off: " + status.Sentence, $"Or let it run with your rights: muster config set {Key} host")];
    }
}
