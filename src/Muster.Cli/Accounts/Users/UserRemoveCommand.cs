using System.CommandLine;
using Muster.Cli.Jobs;
using Muster.Cli.Talk;

namespace Muster.Cli.Accounts.Users;

internal sealed class UserRemoveCommand : MusterCommand
{
    private readonly Argument<string> _user = UserCommands.User();
    private readonly Option<bool> _yes = new("--yes") { Description = "Do not ask; needed without a terminal" };

    public UserRemoveCommand(CommandHost host)
        : base(host, "remove", """
            Remove an account for good, with its conversations, keys and machines; its jobs are cancelled.

            Example:
              muster user remove bob
            """)
    {
        Add(_user);
        Add(_yes);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var user = await hub.Client.Users.GetAsync(context.Parse.GetValue(_user)!, cancellationToken);
        if (!context.Parse.GetValue(_yes))
        {
            if (!context.AtTerminal)
            {
                throw new CliException("This removes an account for good and there is nobody to ask: say so with --yes.", ExitCode.Usage);
            }

            if (HubDoor.Prompt(context, $"Remove {user.Username} with all conversations, keys and {JobText.Count(user.Nodes, "machine")}? [y/N] ").ToLowerInvariant() is not ("y" or "yes"))
            {
                context.Printer.Note("Nothing was removed.");
                return ExitCode.Failed;
            }
        }

        await hub.Client.Users.RemoveAsync(user.Id, cancellationToken);
        context.Printer.Note($"{user.Username} is removed.");
        return ExitCode.Ok;
    }
}

internal sealed class UserResetCommand : MusterCommand
{
    private readonly Argument<string> _user = UserCommands.User();

    public UserResetCommand(CommandHost host)
        : base(host, "reset", """
            Make a token with which somebody who forgot the password sets a new one; it works once, for an hour.

            Example:
              muster user reset bob
            """) => Add(_user);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var reset = await hub.Client.Users.ResetAsync(context.Parse.GetValue(_user)!, cancellationToken);
        if (context.Json)
        {
            Terminal.JsonLines.Write(context.Surroundings.Out, reset);
        }
        else
        {
            context.Printer.Note("Give them this, over a way that only they read; it works once, for an hour:");
            context.Printer.Verbatim(reset.Command);
        }

        return ExitCode.Ok;
    }
}
