using System.CommandLine;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client;

namespace Muster.Cli.Conversations;

internal sealed class ConversationShowCommand : MusterCommand
{
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(500);

    private readonly Argument<string> _id = ConversationCommands.Id();

    public ConversationShowCommand(CommandHost host)
        : base(host, "show", "Print a conversation.\n\nExample:\n  muster conversation show 9f3k2a") => Add(_id);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var conversation = await hub.Client.Conversations.GetAsync(context.Parse.GetValue(_id)!, cancellationToken);
        using var quiet = new CancellationTokenSource(TimeSpan.FromSeconds(10), context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(quiet.Token, cancellationToken);
        var view = AnswerViews.For(context, several: true);
        try
        {
            // The stream has no end of its own: what is stored comes at once, and then it is silent.
            await foreach (var e in hub.Client.Events(conversation.Id, 0, either.Token))
            {
                quiet.CancelAfter(_quiet);
                Show(context, view, e);
            }
        }
        catch (OperationCanceledException) when (quiet.IsCancellationRequested)
        {
            // all that is stored was shown
        }

        view.End();
        return ExitCode.Ok;
    }

    private static void Show(CommandContext context, IAnswerView view, MusterEvent e)
    {
        if (e is UserMessage message && !context.Json)
        {
            view.End();
            context.Printer.Line(context.Printer.Coloured("> " + Ansi.Harmless(message.Text), Ansi.Bold));
            return;
        }

        view.Show(e);
    }
}

internal sealed class ConversationDeleteCommand : MusterCommand
{
    private readonly Argument<string> _id = ConversationCommands.Id();

    public ConversationDeleteCommand(CommandHost host)
        : base(host, "delete", "Delete a conversation for good.\n\nExample:\n  muster conversation delete 9f3k2a") => Add(_id);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var conversation = await hub.Client.Conversations.GetAsync(context.Parse.GetValue(_id)!, cancellationToken);
        await hub.Client.Conversations.DeleteAsync(conversation.Id, cancellationToken);
        context.Printer.Note($"Deleted: {Ansi.Harmless(conversation.Title ?? conversation.Id)}");
        return ExitCode.Ok;
    }
}
