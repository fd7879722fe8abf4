using System.Threading.Channels;
using Muster.Cli.Terminal;
using Muster.Client;
using Muster.Protocol.Ids;

namespace Muster.Cli.Talk;

/// <summary>A conversation at a terminal: keys and events come through one queue, so the screen has one owner.</summary>
internal sealed class ChatSession(CommandContext context, MusterClient client, string conversation, bool resumed)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(6);

    private readonly Channel<object> _inputs = Channel.CreateBounded<object>(1024);
    private readonly HashSet<string> _mine = [];
    private bool _working;

    /// <summary>Nothing was said, so there is nothing to keep.</summary>
    public bool Silent { get; private set; } = true;

    /// <summary>It was left while work went on.</summary>
    public bool LeftWork => _working;

    private sealed record Key(ConsoleKeyInfo Info, bool More);

    private sealed record Said(string Text, bool Warning);

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var nodes = await client.Nodes.ListAsync(cancellationToken);
        var editor = new LineEditor(new InputHistory(context.Home.History), [.. ChatWords.Commands, .. nodes.Select(node => "@" + node.Name)]);
        var screen = new PromptScreen(context.Surroundings.Out, editor.Buffer, () => TerminalSize.Width);
        var view = new TerminalAnswer(screen, context.Surroundings.Colour, context.Time) { Several = nodes.Count > 1 };
        Console.TreatControlCAsInput = true;
        var listening = ListenAsync(over.Token);
        StartKeys(over.Token);
        try
        {
            screen.Write(context.Printer.Dimmed($"{client.Hub.Authority} · /help for commands · Esc stops · Ctrl-D leaves{(resumed ? " · continued" : "")}") + "\n");
            await foreach (var input in _inputs.Reader.ReadAllAsync(over.Token))
            {
                if (!Handle(input, editor, screen, view, over.Token))
                {
                    break;
                }
            }

            return ExitCode.Ok;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        finally
        {
            view.End();
            screen.Close();
            Console.TreatControlCAsInput = false;
            await over.CancelAsync();
            await listening;
        }
    }

    /// <summary>False to leave.</summary>
    private bool Handle(object input, LineEditor editor, PromptScreen screen, TerminalAnswer view, CancellationToken cancellationToken)
    {
        switch (input)
        {
            case Key key:
                return Press(editor.Press(key.Info, key.More), editor, screen, view, cancellationToken);
            case Said said:
                screen.Write(said.Warning ? context.Printer.Coloured(said.Text, Ansi.Yellow) + "\n" : context.Printer.Dimmed(said.Text) + "\n");
                return true;
            case MusterEvent e:
                Show(e, screen, view);
                return true;
            default:
                return true;
        }
    }

    private bool Press(LineAction action, LineEditor editor, PromptScreen screen, TerminalAnswer view, CancellationToken cancellationToken)
    {
        switch (action)
        {
            case LineAction.Submitted when ChatWords.Leave(editor.Submitted):
                return false;
            case LineAction.Submitted:
                Silent = false;
                view.Interject(context.Printer.Coloured("> " + editor.Submitted, Ansi.Bold));
                _ = Report(SendAsync(editor.Submitted, cancellationToken));
                return true;
            case LineAction.Stop when _working:
                view.StopIsTold = true;
                _ = Report(StopAsync());
                return true;
            case LineAction.Stop when !editor.Buffer.IsEmpty:
                editor.Buffer.Replace("");
                break;
            case LineAction.Stop:
                screen.Write(context.Printer.Dimmed("Nothing is running; Ctrl-D leaves.") + "\n");
                return true;
            case LineAction.Leave:
                return false;
        }

        screen.Refresh();
        return true;
    }

    private void Show(MusterEvent e, PromptScreen screen, TerminalAnswer view)
    {
        Silent &= e is not (UserMessage or AgentStart);
        _working = e switch
        {
            AgentStart => true,
            AgentEnd => false,
            _ => _working,
        };
        screen.Prompt = _working ? "… " : "> ";
        if (e is UserMessage message)
        {
            // One's own lines are on the screen already; others may write from another channel.
            if (!_mine.Remove(message.MessageId))
            {
                view.End();
                screen.Write(context.Printer.Coloured($"{message.User ?? "you"}: {Ansi.Harmless(message.Text)}", Ansi.Bold) + "\n");
            }

            return;
        }

        view.Show(e);
        screen.Refresh();
    }

    private async Task SendAsync(string text, CancellationToken cancellationToken)
    {
        var id = Id<Message>.New(context.Time).ToString();
        _mine.Add(id);
        await client.Conversations.SendAsync(conversation, id, text, false, "cli", cancellationToken);
    }

    private async Task StopAsync()
    {
        using var limit = new CancellationTokenSource(_patience, context.Time);
        foreach (var receipt in await client.Conversations.StopAsync(conversation, limit.Token))
        {
            await _inputs.Writer.WriteAsync(new Said(Receipts.Sentence(receipt), false), limit.Token);
        }
    }

    private async Task Report(Task work)
    {
        try
        {
            await work;
        }
        catch (MusterException exception)
        {
            await _inputs.Writer.WriteAsync(new Said(exception.Detail, true));
        }
        catch (OperationCanceledException)
        {
            _inputs.Writer.TryWrite(new Said("The hub did not answer in time.", true));
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var e in client.Events(conversation, 0, cancellationToken))
            {
                await _inputs.Writer.WriteAsync(e, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // the session is over
        }
        catch (MusterException exception)
        {
            _inputs.Writer.TryComplete(new CliException(exception.Detail, CliException.CodeOf(exception)));
        }
    }

    /// <summary>The console has no asynchronous read: a thread of its own waits for keys and ends with the process.</summary>
    private void StartKeys(CancellationToken cancellationToken)
    {
        var thread = new Thread(() =>
        {
            try
            {
                while (!cancellationToken.IsCancellationRequested)
                {
                    var key = Console.ReadKey(intercept: true);
                    var more = key.Key is ConsoleKey.Enter or ConsoleKey.J && Console.KeyAvailable;
                    _inputs.Writer.WriteAsync(new Key(key, more), cancellationToken).AsTask().GetAwaiter().GetResult();
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException)
            {
                // the session is over
            }
        })
        { IsBackground = true, Name = "keys" };
        thread.Start();
    }
}
