using System.CommandLine;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Accounts;

namespace Muster.Cli.Accounts;

internal sealed class AuditListCommand : MusterCommand
{
    private readonly Option<int> _limit = new Option<int>("--limit") { Description = "How many, newest first", DefaultValueFactory = _ => 50, HelpName = "N" }.AtLeast(1);
    private readonly Option<string?> _user = new Option<string?>("--user") { Description = "Of one user, by name or id", HelpName = "NAME" }.NotEmpty();
    private readonly Option<string?> _action = new Option<string?>("--action") { Description = "Of one action (user.role) or kind (user)", HelpName = "NAME" }.NotEmpty();

    public AuditListCommand(CommandHost host)
        : base(host, "list", """
            List who did what, newest first.

            Examples:
              muster audit list --user bob
              muster audit list --action login --limit 200
            """)
    {
        Add(_limit);
        Add(_user);
        Add(_action);
    }

    public static Command Group(CommandHost host) => new("audit", "The record of who did what, for the hub's owner and admins.") { new AuditListCommand(host), new AuditVerifyCommand(host) };

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var entries = (await hub.Client.Audit.ListAsync(
            context.Parse.GetValue(_user), context.Parse.GetValue(_action), Math.Min(context.Parse.GetValue(_limit), 1000), null, cancellationToken)).Items;
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, entries);
        }
        else
        {
            context.Printer.Table(["", "when", "who", "from", "what", "to", ""], entries.Select(Row));
        }

        return ExitCode.Ok;
    }

    private static IReadOnlyList<string> Row(AuditEntry entry) =>
    [
        $"{entry.Number}", $"{entry.At.ToLocalTime():yyyy-MM-dd HH:mm:ss}", entry.Username ?? "nobody", entry.Address, entry.Outcome == "done" ? entry.Action : $"{entry.Action} ({entry.Outcome})",
        Columns.Cut(entry.Subject ?? "", 30), Columns.Cut(entry.Detail ?? "", 50),
    ];
}

internal sealed class AuditVerifyCommand(CommandHost host) : MusterCommand(host, "verify", """
    Check that the record is as it was written: that nothing was changed, taken out or cut off. Ends with 1 when it is not.

    Example:
      muster audit verify
    """)
{
    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var check = await hub.Client.Audit.VerifyAsync(cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, check);
        }
        else if (check.Good)
        {
            context.Printer.Note($"All {check.Entries} entries are as they were written.");
        }
        else
        {
            context.Printer.Warning($"The record was tampered with: {check.Problem} {check.Entries} entries before that are good.");
        }

        return check.Good ? ExitCode.Ok : ExitCode.Failed;
    }
}
