using Muster.Cli.Composition;
using Muster.Cli.Configuration;
using Muster.Cli.Pibot;
using Muster.Cli.State;
using Muster.Node.Tools;

namespace Muster.Cli.Serving;

internal sealed class UpCommand : MusterCommand
{
    public UpCommand(CommandHost host)
        : base(host, "up", """
            Run a hub and a node in one process, with the page for your browser and phone, until Ctrl-C.

            The first start prints a link on which you set your password. Other machines join with: muster node join TOKEN

            Examples:
              muster up                                    this machine only: http://127.0.0.1:5000
              muster up --lan                              your network as well; scan the QR code with your phone
              muster up --urls http://127.0.0.1:8080       another port
              muster up --pibot 127.0.0.1:5001             also a worker for PiBot's callers
              muster up --working-dir ~/projects           agents work there
            """) => SettingOptions.AddTo(this, "urls", "lan", "insecure_http", "working_dir", "model", "node.name", "pibot.listen");

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.Home.Create();
        var configuration = context.ValidConfiguration();
        if (await ShellQuestion.AskAsync(context, configuration, cancellationToken))
        {
            configuration = new CommandContext(context.Host, context.Parse).ValidConfiguration();
        }

        var folder = Path.GetFullPath(configuration.TextOrNull("working_dir") ?? context.Home.Work, context.Surroundings.Directory);
        Home.Folder(folder);
        var urls = Urls(configuration);
        return DoorAddress.Collision(configuration.List("pibot.listen"), urls) is { } collision
            ? throw new CliException(collision, ExitCode.Usage)
            : await new ServeLoop(context).RunAsync(configuration, urls, folder, cancellationToken);
    }

    /// <summary>With --lan the hub also listens on this machine's network address, by https unless told otherwise.</summary>
    private static IReadOnlyList<string> Urls(MusterConfiguration configuration)
    {
        var urls = configuration.List("urls");
        if (!configuration.Flag("lan"))
        {
            return urls;
        }

        var lan = LocalAddress.Lan() ?? throw new CliException("This machine has no network address, so --lan has nothing to listen on. Connect it, or leave --lan out.");
        var scheme = configuration.Flag("insecure_http") ? "http" : "https";
        var port = new Uri(urls[0]).Port;
        return [.. urls, $"{scheme}://{lan}:{(port == 0 ? 0 : port)}"];
    }
}

/// <summary>Asked once at a terminal: may shell commands run on this machine itself when there is no sandbox?</summary>
internal static class ShellQuestion
{
    private const string Key = "tools.shell.isolation";

    /// <summary>True when muster.yaml was changed.</summary>
    public static async Task<bool> AskAsync(CommandContext context, MusterConfiguration configuration, CancellationToken cancellationToken)
    {
        if (configuration.IsSet(Key) || !context.AtTerminal || await WorksAsync(context, configuration))
        {
            return false;
        }

        var print = context.Printer;
        print.Line("The agent's shell commands have no sandbox on this machine: bubblewrap is missing or cannot start (muster doctor says more).");
        print.Line("Install it (Debian, Ubuntu: sudo apt install bubblewrap), or let them run with your own rights.");
        context.Surroundings.Out.Write("Let the agent run shell commands as you, without a sandbox? [y/N] ");
        await context.Surroundings.Out.FlushAsync(cancellationToken);
        var yes = (await context.Surroundings.In.ReadLineAsync(cancellationToken))?.Trim().ToLowerInvariant() is "y" or "yes";
        ConfigFile.Set(context.Home, Key, yes ? "host" : "process");
        print.Line(yes
            ? $"{Key} is host now. Change it with: muster config set {Key} process"
            : "Shell commands stay off until bubblewrap is installed; everything else works.");
        return true;
    }

    private static async Task<bool> WorksAsync(CommandContext context, MusterConfiguration configuration)
    {
        Home.Folder(context.Home.Work);
        return (await ToolSet.Check(NodeConfiguration.Tools(configuration, context.Home, context.Home.Work), context.Time).GetAsync()).Works;
    }
}
