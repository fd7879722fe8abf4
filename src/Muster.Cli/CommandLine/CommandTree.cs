using System.CommandLine;
using Muster.Cli.Accounts;
using Muster.Cli.Accounts.Keys;
using Muster.Cli.Accounts.Users;
using Muster.Cli.Approvals;
using Muster.Cli.Configuration;
using Muster.Cli.Conversations;
using Muster.Cli.Doctor;
using Muster.Cli.Jobs;
using Muster.Cli.Jobs.Running;
using Muster.Cli.Jobs.Specs;
using Muster.Cli.Machines;
using Muster.Cli.Operations;
using Muster.Cli.Serving;
using Muster.Cli.Talk;
using Muster.Cli.Wallet;

namespace Muster.Cli;

/// <summary>All commands. Only the one that is called gets built, unless help or a typing mistake needs them all.</summary>
internal static class CommandTree
{
    private static readonly IReadOnlyDictionary<string, Func<CommandHost, Command>> _commands = new Dictionary<string, Func<CommandHost, Command>>(StringComparer.Ordinal)
    {
        ["approvals"] = host => new ApprovalListCommand(host),
        ["approve"] = host => ApprovalAnswerCommand.Approve(host),
        ["ask"] = host => new AskCommand(host),
        ["backup"] = host => new BackupCommand(host),
        ["bench"] = host => new Bench.BenchCommand(host),
        ["budget"] = host => new BudgetCommand(host),
        ["chat"] = host => new ChatCommand(host),
        ["inbox"] = host => new InboxCommand(host),
        ["artifact"] = host => Artifacts.ArtifactCommand.Create(host),
        ["cp"] = host => new Copies.CopyCommand(host),
        ["plan"] = host => new Planning.PlanCommand(host),
        ["memory"] = host => Notes.MemoryCommand.Create(host),
        ["up"] = host => new UpCommand(host),
        ["deny"] = host => ApprovalAnswerCommand.Deny(host),
        ["hub"] = host => new HubCommand(host),
        ["node"] = host => new NodeCommand(host),
        ["nodes"] = host => new NodeListCommand(host, "nodes"),
        ["run"] = host => new RunCommand(host),
        ["job"] = host => JobCommand.Create(host),
        ["tasks"] = host => new TaskListCommand(host),
        ["receipt"] = host => Jobs.Receipts.ReceiptCommand.New(host),
        ["quote"] = host => new QuoteCommand(host),
        ["status"] = host => new StatusCommand(host),
        ["conversation"] = host => ConversationCommands.Create(host),
        ["login"] = host => new LoginCommand(host),
        ["logout"] = host => new LogoutCommand(host),
        ["register"] = host => new RegisterCommand(host),
        ["password"] = host => new PasswordCommand(host),
        ["session"] = host => SessionListCommand.Group(host),
        ["user"] = host => UserCommands.Create(host),
        ["key"] = host => KeyCommands.Create(host),
        ["audit"] = host => AuditListCommand.Group(host),
        ["owner"] = host => OwnerLinkCommand.Group(host),
        ["schedule"] = host => Schedules.ScheduleCommands.Create(host),
        ["wallet"] = host => new WalletCommand(host),
        ["trust"] = host => new TrustCommand(host),
        ["config"] = host => ConfigCommands.Create(host),
        ["doctor"] = host => new DoctorCommand(host),
        ["logs"] = host => new LogsCommand(host),
        ["restore"] = host => new RestoreCommand(host),
        ["completion"] = host => new CompletionCommand(host),
    };

    public static IEnumerable<string> Names => _commands.Keys;

    public static RootCommand Build(CommandHost host, IReadOnlyList<string> args)
    {
        var root = new RootCommand("""
            Muster: one assistant and one pool of compute over all the machines you own.

            Examples:
              muster ask "how much disk is free?"     a question, answered by this machine
              muster up --lan                         a hub and a node, with the page for your phone
              muster node join TOKEN && muster node   another machine joins
              muster run --cpu 4 -- make -j4          a command on whichever machine is free
            """);
        root.Options.Add(host.HomeOption);
        root.Options.Add(host.JsonOption);
        root.Options.Add(host.EnvironmentFileOption);
        foreach (var name in Needed(args))
        {
            root.Add(_commands[name](host));
        }

        return root;
    }

    private static IEnumerable<string> Needed(IReadOnlyList<string> args)
    {
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] is "--home" or "--env-file")
            {
                i++;
            }
            else if (!args[i].StartsWith('-'))
            {
                return _commands.ContainsKey(args[i]) ? [args[i]] : _commands.Keys;
            }
        }

        return _commands.Keys;
    }
}
