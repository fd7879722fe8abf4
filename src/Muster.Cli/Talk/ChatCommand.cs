using System.CommandLine;

namespace Muster.Cli.Talk;

internal sealed class ChatCommand : MusterCommand
{
    private readonly Option<bool> _continue = new("--continue", "-c") { Description = "Go on with the last conversation" };
    private readonly Option<string?> _node = new Option<string?>("--node") { Description = "The machine to begin with", HelpName = "NAME" }.NotEmpty();

    public ChatCommand(CommandHost host)
        : base(host, "chat", """
            Talk, with answers streamed as they come.

            Enter sends; what you send while it works steers it. Esc or Ctrl-C stops the work, Ctrl-D or exit leaves. Up and down
            bring back what you wrote before, Tab completes /commands and @machines. /help lists the commands of the hub.

            Examples:
              muster chat
              muster chat -c
              muster chat --node nas
            """)
    {
        Add(_continue);
        Add(_node);
        SettingOptions.AddTo(this, "working_dir", "model");
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = await HubConnection.OpenOrEmbedAsync(context, cancellationToken);
        await MissedNotices.ShowAsync(context, hub.Client, cancellationToken);
        var known = context.Parse.GetValue(_continue) ? await LastConversation.FindAsync(context.Home, hub.Client, cancellationToken) : null;
        var node = context.Parse.GetValue(_node) is { } named ? (await hub.Client.Nodes.GetAsync(named, cancellationToken)).Name : null;
        // A hub of this command's own has it for its default already.
        var model = hub.Embedded is null ? SettingOptions.Given(context.Parse).FirstOrDefault(leaf => leaf.Key == "model")?.Value : null;
        if (known is not null && (node ?? model) is not null)
        {
            await hub.Client.Conversations.ChangeAsync(known, null, node, model, cancellationToken);
        }

        var code = context.AtTerminal
            ? await TalkAsync(context, hub, known, new Beginning(node, model), cancellationToken)
            : await LinesAsync(context, hub, known, new Beginning(node, model), cancellationToken);
        await hub.FinishAsync(cancellationToken);
        return code;
    }

    private static async Task<int> TalkAsync(CommandContext context, HubConnection hub, string? known, Beginning beginning, CancellationToken cancellationToken)
    {
        var conversation = known ?? (await hub.Client.Conversations.CreateAsync(null, beginning.Node, beginning.Model, cancellationToken)).Id;
        var session = new ChatSession(context, hub.Client, conversation, resumed: known is not null);
        var code = await session.RunAsync(cancellationToken);
        if (known is null && session.Silent)
        {
            await hub.Client.Conversations.DeleteAsync(conversation, cancellationToken);
            return code;
        }

        LastConversation.Remember(context.Home, conversation);
        if (session.LeftWork)
        {
            context.Printer.Note("The work goes on; see it with: muster chat -c" + (hub.Embedded is null ? "" : "   This command ends when it is done; Ctrl-C ends it now."));
        }

        return code;
    }

    /// <summary>Without a terminal each line of input is one message, answered before the next is sent.</summary>
    private static async Task<int> LinesAsync(CommandContext context, HubConnection hub, string? conversation, Beginning beginning, CancellationToken cancellationToken)
    {
        var code = ExitCode.Ok;
        var several = (await hub.Client.Nodes.ListAsync(cancellationToken)).Count > 1;
        while (await context.Surroundings.In.ReadLineAsync(cancellationToken) is { } line && !ChatWords.Leave(line))
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            var options = new Client.AskOptions { ConversationId = conversation, Node = beginning.Node, Model = beginning.Model, Channel = "cli", Started = id => conversation = id };
            code = await new Exchange(context, hub.Client, AnswerViews.For(context, several)).RunAsync(line, options, cancellationToken);
            LastConversation.Remember(context.Home, conversation!);
        }

        return code;
    }

    /// <summary>With what a new conversation begins.</summary>
    private sealed record Beginning(string? Node, string? Model);
}
