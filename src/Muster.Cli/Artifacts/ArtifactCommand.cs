using System.CommandLine;

namespace Muster.Cli.Artifacts;

internal static class ArtifactCommand
{
    public static Command Create(CommandHost host) => new("artifact", "Files that the hub keeps: what the assistant sent, outputs, logs.")
    {
        new ArtifactGetCommand(host),
    };
}
