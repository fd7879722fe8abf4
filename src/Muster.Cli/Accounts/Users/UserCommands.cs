using System.CommandLine;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Accounts;

namespace Muster.Cli.Accounts.Users;

internal static class UserCommands
{
    public static Command Create(CommandHost host) => new("user", "The people of a hub, for its owner and admins.")
    {
        new UserListCommand(host),
        new UserShowCommand(host),
        new UserRoleCommand(host),
        UserStateCommand.Disable(host),
        UserStateCommand.Enable(host),
        new UserRemoveCommand(host),
        new UserResetCommand(host),
        new InviteCommand(host),
        new InviteListCommand(host),
        new InviteRevokeCommand(host),
    };

    public static Argument<string> User() => new Argument<string>("USER") { Description = "Name or id of the user" }.NotEmpty();

    public static void Print(CommandContext context, UserAccount user, string sentence)
    {
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, user);
        }
        else
        {
            context.Printer.Note(sentence);
        }
    }
}

internal sealed class UserListCommand(CommandHost host) : MusterCommand(host, "list", "List the people of the hub.\n\nExample:\n  muster user list")
{
    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var users = new List<UserAccount>();
        string? after = null;
        do
        {
            var page = await hub.Client.Users.ListAsync(200, after, cancellationToken);
            users.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);

        if (context.Json)
        {
            JsonLines.Write<UserAccount>(context.Surroundings.Out, users);
        }
        else
        {
            context.Printer.Table(
                ["name", "role", "state", "e-mail", "seen", "machines"],
                users.Select(user => (IReadOnlyList<string>)[user.Username, user.Role, user.State, user.Email ?? "", When.Ago(user.LastSeen, context.Time), $"{user.Nodes}"]));
        }

        return ExitCode.Ok;
    }
}

internal sealed class UserShowCommand : MusterCommand
{
    private readonly Argument<string> _user = UserCommands.User();

    public UserShowCommand(CommandHost host)
        : base(host, "show", "Show one account.\n\nExample:\n  muster user show bob") => Add(_user);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var user = await hub.Client.Users.GetAsync(context.Parse.GetValue(_user)!, cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, user);
            return ExitCode.Ok;
        }

        context.Printer.Table(["", ""],
        [
            ["name", user.Username], ["id", user.Id], ["role", user.Role], ["state", user.State], ["e-mail", user.Email ?? "none"],
            ["since", $"{user.CreatedAt:yyyy-MM-dd}"], ["last seen", When.Ago(user.LastSeen, context.Time)], ["sign-ins", $"{user.Sessions}"], ["keys", $"{user.Keys}"],
            ["machines", $"{user.Nodes}"],
        ]);
        return ExitCode.Ok;
    }
}

internal sealed class UserRoleCommand : MusterCommand
{
    private readonly Argument<string> _user = UserCommands.User();
    private readonly Argument<string> _role = new("ROLE") { Description = "owner, admin, member or guest" };

    public UserRoleCommand(CommandHost host)
        : base(host, "role", """
            Give somebody another role.

            owner does everything; admin looks after users, pools and machines, not other people's conversations; member has
            conversations, jobs and machines of their own; guest reads and asks where allowed, without a shell and without spending.

            Example:
              muster user role bob admin
            """)
    {
        _role.AcceptOnlyFromAmong("owner", "admin", "member", "guest");
        Add(_user);
        Add(_role);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var user = await hub.Client.Users.SetRoleAsync(context.Parse.GetValue(_user)!, context.Parse.GetValue(_role)!, cancellationToken);
        UserCommands.Print(context, user, $"{user.Username} is {user.Role} now.");
        return ExitCode.Ok;
    }
}

/// <summary><c>disable</c> and <c>enable</c>.</summary>
internal sealed class UserStateCommand : MusterCommand
{
    private readonly Argument<string> _user = UserCommands.User();
    private readonly bool _enable;

    private UserStateCommand(CommandHost host, string name, string description, bool enable)
        : base(host, name, description)
    {
        _enable = enable;
        Add(_user);
    }

    public static UserStateCommand Disable(CommandHost host) => new(host, "disable", """
        Keep somebody out: sign-ins, keys, streams and runs stop at once, jobs pause. Nothing is deleted.

        Example:
          muster user disable bob
        """, enable: false);

    public static UserStateCommand Enable(CommandHost host) => new(host, "enable", """
        Let somebody in again; keys work again, and jobs wait for muster job resume.

        Example:
          muster user enable bob
        """, enable: true);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var name = context.Parse.GetValue(_user)!;
        await using var hub = HubConnection.Open(context);
        var user = _enable ? await hub.Client.Users.EnableAsync(name, cancellationToken) : await hub.Client.Users.DisableAsync(name, cancellationToken);
        UserCommands.Print(context, user, _enable ? $"{user.Username} can sign in again." : $"{user.Username} is kept out; muster user enable {user.Username} lets them in again.");
        return ExitCode.Ok;
    }
}
