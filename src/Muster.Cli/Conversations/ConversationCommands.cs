using System.CommandLine;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Conversations;

namespace Muster.Cli.Conversations;

internal static class ConversationCommands
{
    public static Command Create(CommandHost host) => new("conversation", "List, read and delete conversations.")
    {
        new ConversationListCommand(host),
        new ConversationShowCommand(host),
        new ConversationDeleteCommand(host),
    };

    public static Argument<string> Id() => new Argument<string>("ID") { Description = "The conversation, or the first 6 characters that the list shows" }.NotEmpty();

    public static string Title(ConversationInfo conversation) => string.IsNullOrWhiteSpace(conversation.Title) ? "(no title)" : Columns.Cut(conversation.Title, 50);

    public static string Short(string id) => id.Length > 20 ? id.Substring(14, 6) : id;
}

internal sealed class ConversationListCommand : MusterCommand
{
    private readonly Option<int> _limit = new Option<int>("--limit") { Description = "How many, newest first", DefaultValueFactory = _ => 20, HelpName = "N" }.AtLeast(1);

    public ConversationListCommand(CommandHost host)
        : base(host, "list", "List your conversations, newest first.\n\nExample:\n  muster conversation list") => Add(_limit);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var items = (await hub.Client.Conversations.ListAsync(context.Parse.GetValue(_limit), null, cancellationToken)).Items;
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, items);
        }
        else
        {
            context.Printer.Table(["id", "title", "machine", "last", ""], items.Select(item => Row(item, context.Time)));
        }

        return ExitCode.Ok;
    }

    private static IReadOnlyList<string> Row(ConversationInfo item, TimeProvider time) =>
    [
        ConversationCommands.Short(item.Id),
        ConversationCommands.Title(item),
        item.Node ?? "",
        When.Ago(item.UpdatedAt, time),
        item.Running ? "works" : "",
    ];
}
