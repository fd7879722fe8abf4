using System.CommandLine;
using Muster.Cli.Conversations;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Accounts;

namespace Muster.Cli.Accounts;

internal sealed class SessionListCommand(CommandHost host) : MusterCommand(host, "list", "List where you are signed in.\n\nExample:\n  muster session list")
{
    public static Command Group(CommandHost host) => new("session", "Where you are signed in.") { new SessionListCommand(host), new SessionEndCommand(host) };

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var sessions = await hub.Client.Accounts.SessionsAsync(cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, sessions);
        }
        else
        {
            context.Printer.Table(["", "id", "kind", "from", "program", "used"], sessions.Select(session => Row(session, context.Time)));
        }

        return ExitCode.Ok;
    }

    private static IReadOnlyList<string> Row(SessionInfo session, TimeProvider time) =>
        [session.Current ? "→" : " ", ConversationCommands.Short(session.Id), session.Kind, session.Address, Columns.Cut(session.Program, 40), When.Ago(session.UsedAt, time)];
}

internal sealed class SessionEndCommand : MusterCommand
{
    private readonly Argument<string> _session = new Argument<string>("ID") { Description = "The sign-in, or the 6 characters that muster session list shows" }.NotEmpty();

    public SessionEndCommand(CommandHost host)
        : base(host, "end", "Sign out somewhere else.\n\nExample:\n  muster session end 9f3k2a") => Add(_session);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        await hub.Client.Accounts.EndSessionAsync(context.Parse.GetValue(_session)!, cancellationToken);
        context.Printer.Note("That sign-in has ended.");
        return ExitCode.Ok;
    }
}
