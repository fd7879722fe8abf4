using System.CommandLine;
using System.Text.Json;
using Muster.Cli.Conversations;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client;
using Muster.Client.Approvals;

namespace Muster.Cli.Approvals;

internal sealed class ApprovalListCommand(CommandHost host) : MusterCommand(host, "approvals", """
    List what waits for your yes.

    Example:
      muster approvals
    """)
{
    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var waiting = await hub.Client.Approvals.ListAsync(cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, waiting);
        }
        else if (waiting.Count == 0)
        {
            context.Printer.Note("Nothing waits for your yes.");
        }
        else
        {
            context.Printer.Table(["id", "machine", "what", "why"], waiting.Select(Row));
            var titles = await TitlesAsync(hub.Client, waiting, cancellationToken);
            foreach (var approval in waiting)
            {
                context.Printer.Line();
                context.Printer.Line($"{ConversationCommands.Short(approval.Id)} {Ansi.Visible(approval.Tool)}");
                context.Printer.Line(context.Printer.Dimmed("Conversation: " + titles[approval.ConversationId]));
                ApprovalPreview.Print(context, approval);
            }
        }

        return ExitCode.Ok;
    }

    /// <summary>Several may wait for the same kind of call: which request each is for tells them apart.</summary>
    private static async Task<IReadOnlyDictionary<string, string>> TitlesAsync(MusterClient client, IReadOnlyList<ApprovalInfo> waiting, CancellationToken cancellationToken)
    {
        var titles = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var id in waiting.Select(approval => approval.ConversationId).Distinct())
        {
            titles[id] = $"{ConversationCommands.Short(id)} {Ansi.Visible(ConversationCommands.Title(await client.Conversations.GetAsync(id, cancellationToken)))}";
        }

        return titles;
    }

    private static IReadOnlyList<string> Row(ApprovalInfo approval) =>
        [ConversationCommands.Short(approval.Id), approval.Node ?? "", Ansi.Visible(ToolLine.Title(approval.Tool, approval.Arguments)), Ansi.Visible(ToolLine.FirstLine(approval.Reason))];
}

/// <summary>All that a person decides about: the folder, and what would change or every argument, with nothing hidden in it.</summary>
internal static class ApprovalPreview
{
    private const int DigestLength = 12;

    public static void Print(CommandContext context, ApprovalInfo approval)
    {
        context.Printer.Line(context.Printer.Dimmed("Folder: " + Ansi.Visible(approval.Folder ?? "")));
        var shown = approval.Preview.Length > 0 ? approval.Preview : Arguments(approval.Arguments);
        foreach (var line in Ansi.Visible(shown).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            context.Printer.Line(line);
        }

        context.Printer.Line(context.Printer.Dimmed($"Digest {approval.Digest[..Math.Min(DigestLength, approval.Digest.Length)]}" + (approval.ExpiresAt is { } end ? $", until {end.ToLocalTime():HH:mm:ss}" : "")));
    }

    private static string Arguments(JsonElement arguments) => arguments.ValueKind != JsonValueKind.Object ? ""
        : string.Join('\n', arguments.EnumerateObject().Select(argument => $"{argument.Name}: {argument.Value}"));
}

/// <summary><c>approve</c> and <c>deny</c>: nothing on disk may do it, so the password is asked for each time.</summary>
internal sealed class ApprovalAnswerCommand : MusterCommand
{
    private readonly Argument<string> _id = new Argument<string>("ID") { Description = "The approval, or the 6 characters that muster approvals shows" }.NotEmpty();
    private readonly bool _allow;

    private ApprovalAnswerCommand(CommandHost host, string name, string description, bool allow)
        : base(host, name, description)
    {
        _allow = allow;
        Add(_id);
    }

    public static ApprovalAnswerCommand Approve(CommandHost host) => new(host, "approve", """
        Say yes to a tool call that waits.

        Asks for your password at the terminal each time; neither scripts nor agents can say yes.

        Example:
          muster approve 9f3k2a
        """, allow: true);

    public static ApprovalAnswerCommand Deny(CommandHost host) => new(host, "deny", """
        Say no to a tool call that waits.

        Asks for your password at the terminal, as muster approve does.

        Example:
          muster deny 9f3k2a
        """, allow: false);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (!context.AtTerminal)
        {
            throw new CliException("Only a person at a terminal can answer an approval, with the password. Without a terminal use the hub's page.", ExitCode.NotAllowed);
        }

        await using var hub = HubConnection.Open(context);
        if (!(await hub.Client.Accounts.HubAsync(cancellationToken)).Claimed)
        {
            throw new CliException("This hub has no password yet, so nobody can approve. Set one on the page that this prints: muster owner link", ExitCode.NotAllowed);
        }

        var approval = await FindAsync(hub.Client, context.Parse.GetValue(_id)!, cancellationToken);
        var me = await hub.Client.Accounts.MeAsync(cancellationToken);
        context.Printer.Line($"{Ansi.Visible(ToolLine.Title(approval.Tool, approval.Arguments))}{(approval.Node is null ? "" : " on " + approval.Node)}");
        context.Printer.Line(context.Printer.Dimmed(Ansi.Visible(approval.Reason ?? "")));
        ApprovalPreview.Print(context, approval);

        var password = Prompts.Password(context, $"Password of {me.User.Username} to {(_allow ? "approve" : "deny")} it: ");
        await hub.Client.Approvals.AnswerAsync(approval, _allow, me.User.Username, password, cancellationToken);
        context.Printer.Note(_allow ? "Approved; the work goes on." : "Denied; the agent is told.");
        return ExitCode.Ok;
    }

    private static async Task<ApprovalInfo> FindAsync(MusterClient client, string id, CancellationToken cancellationToken)
    {
        var waiting = await client.Approvals.ListAsync(cancellationToken);
        var bare = id.TrimStart('#'); // as a conversation writes it
        var found = waiting.Where(approval => approval.Id == bare || ConversationCommands.Short(approval.Id) == bare).ToList();
        return found is [var one]
            ? one
            : throw new CliException($"No approval {Ansi.Harmless(id)} waits. Those that do: muster approvals", ExitCode.NotFound);
    }
}
