using System.CommandLine;
using Muster.Cli.Doctor.Workers;
using Muster.Cli.Terminal;

namespace Muster.Cli.Doctor;

internal sealed class DoctorCommand : MusterCommand
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(15);

    private static readonly IReadOnlyList<ICheck> _checks =
    [
        new RuntimeCheck(), new RootCheck(), new HomeCheck(), new DiskCheck(), new ConfigurationCheck(), new ModelCheckUp(), new SandboxCheck(), new WebCheck(), new CodingCheck(), new RulesCheck(), new TaskSandboxCheck(), new PortCheck(), new HubCheck(), new NodeCheck(),
    ];

    private readonly Option<string?> _workers = new("--workers")
    {
        Description = "Only test PiBot workers, by default those of WORKER_n_IP (pibot.workers)", HelpName = "HOST[:PORT],…", Arity = ArgumentArity.ZeroOrOne,
    };

    public DoctorCommand(CommandHost host)
        : base(host, "doctor", """
            Check everything that is often wrong, and say what to do. Exit code 1 if there is a problem.

            Example:
              muster doctor
              muster doctor --workers                       the seven tests of PiBot, against WORKER_1_IP, WORKER_2_IP, …
              muster doctor --workers 192.168.1.11,pi2:5001
            """)
    {
        Add(_workers);
        SettingOptions.AddTo(this, "urls");
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var worst = CheckState.Ok;
        if (context.Parse.GetResult(_workers) is not null)
        {
            await foreach (var finding in WorkerDrill.Of(context, context.Parse.GetValue(_workers)).RunAsync(cancellationToken))
            {
                Print(context, finding);
                worst = finding.State > worst ? finding.State : worst;
            }

            return worst == CheckState.Problem ? ExitCode.Failed : ExitCode.Ok;
        }

        foreach (var check in _checks)
        {
            foreach (var finding in await FindAsync(check, context, cancellationToken))
            {
                Print(context, finding);
                worst = finding.State > worst ? finding.State : worst;
            }
        }

        return worst == CheckState.Problem ? ExitCode.Failed : ExitCode.Ok;
    }

    private static async Task<IReadOnlyList<Finding>> FindAsync(ICheck check, CommandContext context, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_patience, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await check.RunAsync(context, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [new Finding(check.Name, CheckState.Warning, $"no result within {_patience.TotalSeconds:0} s")];
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return [new Finding(check.Name, CheckState.Warning, "could not be checked: " + exception.Message)];
        }
    }

    private static void Print(CommandContext context, Finding finding)
    {
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, new CheckLine(finding.Check, finding.State.ToString().ToLowerInvariant(), finding.Text, finding.Fix));
            return;
        }

        var print = context.Printer;
        var (mark, colour) = finding.State switch
        {
            CheckState.Ok => ("ok      ", Ansi.Green),
            CheckState.Warning => ("warning ", Ansi.Yellow),
            _ => ("problem ", Ansi.Red),
        };
        print.Line($"{print.Coloured(mark, colour)} {finding.Check}: {Ansi.Harmless(finding.Text)}");
        if (finding.Fix is not null)
        {
            print.Line($"         → {finding.Fix}");
        }
    }
}
