using System.CommandLine;
using Muster.Cli.Conversations;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Accounts;

namespace Muster.Cli.Accounts.Users;

internal sealed class InviteCommand : MusterCommand
{
    private readonly Option<string> _role = new("--role") { Description = "What they become", DefaultValueFactory = _ => "member", HelpName = "ROLE" };
    private readonly Option<string?> _email = new Option<string?>("--email") { Description = "Only a person with this address can use it", HelpName = "ADDRESS" }.NotEmpty();
    private readonly Option<int?> _hours = new("--hours") { Description = "How long it works (default: a week)", HelpName = "N" };

    public InviteCommand(CommandHost host)
        : base(host, "invite", """
            Invite somebody: prints a command with a token that makes one account.

            Examples:
              muster user invite
              muster user invite --role guest --email bob@example.org --hours 24
            """)
    {
        _role.AcceptOnlyFromAmong("owner", "admin", "member", "guest");
        Add(_role);
        Add(_email);
        Add(_hours);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var life = context.Parse.GetValue(_hours) is { } hours ? TimeSpan.FromHours(hours) : (TimeSpan?)null;
        var made = await hub.Client.Users.InviteAsync(context.Parse.GetValue(_role)!, context.Parse.GetValue(_email), life, cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, made);
        }
        else
        {
            context.Printer.Note($"One person becomes {made.Invite.Role} with this, until {made.Invite.ExpiresAt.ToLocalTime():yyyy-MM-dd HH:mm}:");
            context.Printer.Verbatim(made.Command);
        }

        return ExitCode.Ok;
    }
}

internal sealed class InviteListCommand(CommandHost host) : MusterCommand(host, "invites", "List invitations, newest first.\n\nExample:\n  muster user invites")
{
    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var invites = (await hub.Client.Users.InvitesAsync(200, null, cancellationToken)).Items;
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, invites);
        }
        else
        {
            context.Printer.Table(["id", "role", "state", "for", "by", "until"], invites.Select(Row));
        }

        return ExitCode.Ok;
    }

    private static IReadOnlyList<string> Row(InviteInfo invite) =>
    [
        ConversationCommands.Short(invite.Id), invite.Role, invite.UsedBy is null ? invite.State : $"used: {invite.UsedBy}", invite.Email ?? "", invite.MadeBy ?? "",
        $"{invite.ExpiresAt.ToLocalTime():yyyy-MM-dd HH:mm}",
    ];
}

internal sealed class InviteRevokeCommand : MusterCommand
{
    private readonly Argument<string> _invite = new Argument<string>("ID") { Description = "The invitation, or the 6 characters that muster user invites shows" }.NotEmpty();

    public InviteRevokeCommand(CommandHost host)
        : base(host, "uninvite", "Take an invitation back.\n\nExample:\n  muster user uninvite 9f3k2a") => Add(_invite);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        await hub.Client.Users.RevokeInviteAsync(context.Parse.GetValue(_invite)!, cancellationToken);
        context.Printer.Note("The invitation is taken back.");
        return ExitCode.Ok;
    }
}
