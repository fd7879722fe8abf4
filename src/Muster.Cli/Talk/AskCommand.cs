using System.CommandLine;
using Muster.Cli.Conversations;
using Muster.Cli.State;
using Muster.Cli.Jobs;
using Muster.Client;
using Muster.Client.Budgets;

namespace Muster.Cli.Talk;

internal sealed class AskCommand : MusterCommand
{
    private readonly Argument<string[]> _text = new("TEXT") { Description = "What you want", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _continue = new("--continue", "-c") { Description = "Go on with the last conversation; /stop, /undo, /status and others that are about one do so anyway" };
    private readonly Option<string?> _node = new Option<string?>("--node") { Description = "The machine that shall answer", HelpName = "NAME" }.NotEmpty();
    private readonly Option<string?> _save = new Option<string?>("--save") { Description = "Save files that the assistant sends into this folder", HelpName = "DIR" }.NotEmpty();
    private readonly Option<decimal?> _max = JobArguments.Credit("--max-cpt", "Most that the conversation may spend on models and jobs; at it the work waits");
    private readonly Option<TimeSpan?> _timeout = new Option<TimeSpan?>("--timeout") { Description = "Stop after this many seconds (exit code 124)", HelpName = "SECONDS" }.AsDuration();

    public AskCommand(CommandHost host)
        : base(host, "ask", """
            Ask once and get the answer.

            Uses the hub that runs for this home, or the one you logged in to. With none it starts a hub and a node inside
            itself and ends with the answer. Ctrl-C stops the work on the machine, not only this command.

            Examples:
              muster ask "how much disk is free?"
              muster ask --node nas "is the backup done?"
              muster ask -c "and yesterday's?"
              muster ask --save . "send me the report.pdf file"
              muster ask --model smart "prove it"
              journalctl -b | muster ask "what went wrong here?"
              muster ask "how much disk is free?" </dev/null    (in a loop or a service, whose input is not meant)
              muster ask --json "uptime" | jq -r 'select(.message.role=="assistant").message.content[] | select(.type=="text").text'
            """)
    {
        Add(_text);
        Add(_continue);
        Add(_node);
        Add(_save);
        Add(_max);
        Add(_timeout);
        SettingOptions.AddTo(this, "working_dir", "model");
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var longest = context.Parse.GetValue(_timeout);
        using var limit = new TimeLimit(longest, context.Time, cancellationToken);
        try
        {
            return await AskAsync(context, await QuestionText.ReadAsync(context, _text, limit.Token), limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsOver)
        {
            context.Printer.Warning($"muster: no answer within {longest!.Value.TotalSeconds:0.###} s.");
            return ExitCode.TimedOut;
        }
    }

    private async Task<int> AskAsync(CommandContext context, string text, CancellationToken cancellationToken)
    {
        await using var hub = await HubConnection.OpenOrEmbedAsync(context, cancellationToken);
        await MissedNotices.ShowAsync(context, hub.Client, cancellationToken);
        var nodes = await hub.Client.Nodes.ListAsync(cancellationToken);
        var node = context.Parse.GetValue(_node);
        var goesOn = context.Parse.GetValue(_continue) || (node is null && ChatWords.IsAboutConversation(text));
        var options = new AskOptions
        {
            ConversationId = goesOn ? await LastConversation.FindAsync(context.Home, hub.Client, cancellationToken) : null,
            Node = node is { } named ? (await hub.Client.Nodes.GetAsync(named, cancellationToken)).Name : null,
            // A hub of this command's own has it for its default already.
            Model = hub.Embedded is null ? SettingOptions.Given(context.Parse).FirstOrDefault(leaf => leaf.Key == "model")?.Value : null,
            Channel = "cli",
            Started = id => LastConversation.Remember(context.Home, id),
        };
        if (options is { ConversationId: { } known } && (options.Node ?? options.Model) is not null)
        {
            await hub.Client.Conversations.ChangeAsync(known, null, options.Node, options.Model, cancellationToken);
        }

        if (context.Parse.GetValue(_max) is { } most)
        {
            var limited = options.ConversationId ?? (await hub.Client.Conversations.CreateAsync(null, options.Node, options.Model, cancellationToken)).Id;
            await BudgetArguments.SetAsync(context, hub.Client, budgets => budgets.SetConversationAsync(limited, BudgetChange.To(most), cancellationToken), cancellationToken);
            options = options with { ConversationId = limited };
        }

        var files = new SentFiles(context, hub.Client, context.Parse.GetValue(_save) is { } folder ? Path.GetFullPath(folder, context.Surroundings.Directory) : null);
        var exchange = new Exchange(context, hub.Client, AnswerViews.For(context, nodes.Count > 1), files);
        var code = await exchange.RunAsync(text, options, cancellationToken);
        await files.SaveAsync(cancellationToken);
        if (exchange.Asked is { } answer && !context.Json)
        {
            context.Printer.Note($"Answer with: muster ask -c {answer}");
        }

        await hub.FinishAsync(cancellationToken);
        if (hub.Embedded is not null)
        {
            await MissedNotices.ShowAsync(context, hub.Client, cancellationToken); // what went on in the background has ended since
        }

        return code;
    }
}
