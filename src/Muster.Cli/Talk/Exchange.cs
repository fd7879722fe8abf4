using Muster.Agents.Offline;
using Muster.Cli.Terminal;
using Muster.Client;
using Muster.Client.Conversations;

namespace Muster.Cli.Talk;

/// <summary>One question and its answer on the screen; an interrupt or a time-out stops the run on its machine.</summary>
internal sealed class Exchange(CommandContext context, MusterClient client, IAnswerView view, SentFiles? files = null)
{
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(500);
    private bool _byRules;
    private bool _failed;
    private bool _unable;
    private bool _leftBehind;
    private long _last;

    /// <summary>What a person may answer when the hub asked back instead: a word for the command line.</summary>
    public string? Asked { get; private set; }

    public async Task<int> RunAsync(string text, AskOptions options, CancellationToken cancellationToken)
    {
        string? conversation = null;
        var started = options.Started;
        options = options with
        {
            Started = id =>
            {
                conversation = id;
                started?.Invoke(id);
            },
        };
        var code = ExitCode.Failed;
        try
        {
            await foreach (var e in client.AskAsync(text, options, cancellationToken))
            {
                view.Show(e);
                _last = e.Number ?? _last;
                _leftBehind |= e is ToolEnd { IsError: false, Text: { } told } && told.StartsWith("⏳ ", StringComparison.Ordinal);
                if (e is FileSent file)
                {
                    files?.Add(file);
                }

                _byRules |= e is AgentStart { Model: OfflineModel.Name };
                _failed = e is ToolEnd end ? end.IsError : _failed;
                _unable |= e is MessageEnd { Message.StopReason: "unable" };
                code = CodeOf(e) ?? code;
                Asked = AnswerTo(e) ?? Asked;
            }

            if (_leftBehind && conversation is not null)
            {
                await EndedAlreadyAsync(conversation, cancellationToken);
            }

            return code;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            view.End();
            await StopAsync(conversation);
            throw;
        }
        finally
        {
            view.End();
        }
    }

    /// <summary>What went on in the background and was over at once is told here: its notice came while this command still watched, or just after.</summary>
    private async Task EndedAlreadyAsync(string conversation, CancellationToken cancellationToken)
    {
        using var quiet = new CancellationTokenSource(_quiet, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(quiet.Token, cancellationToken);
        try
        {
            await foreach (var e in client.Events(conversation, _last, either.Token))
            {
                if (e is Notice)
                {
                    view.Show(e);
                }
            }
        }
        catch (OperationCanceledException) when (quiet.IsCancellationRequested)
        {
            // what ends later is in the inbox
        }
    }

    private async Task StopAsync(string? conversation)
    {
        if (conversation is null)
        {
            return;
        }

        // The command's own token has ended; stopping has its own deadline, a short one when a time-out was asked for.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(context.Interrupts.Happened ? 6 : 2), context.Time);
        try
        {
            foreach (var receipt in await client.Conversations.StopAsync(conversation, limit.Token))
            {
                context.Printer.Note(Receipts.Sentence(receipt));
            }
        }
        catch (OperationCanceledException)
        {
            context.Printer.Warning("muster: the hub did not confirm the stop in time; see: muster status");
        }
    }

    /// <summary>The built-in rules do one thing: where they do not know it, or it failed, so has the request. A model may have found another way.</summary>
    private int? CodeOf(MusterEvent e) => e switch
    {
        AgentEnd { Outcome: "completed" } when _unable || (_byRules && _failed) => ExitCode.Failed,
        AgentEnd { Outcome: "completed" } => ExitCode.Ok,
        AgentEnd { Outcome: "aborted" } => ExitCode.Interrupted,
        AgentEnd => ExitCode.Failed,
        Notice { ReplyTo: not null, Level: "error" or "warning" } or Notice { ReplyTo: not null, Kind: "node_offline" or "which_machine" or "no_machine" } => ExitCode.Failed,
        Notice { ReplyTo: not null } => ExitCode.Ok,
        _ => null,
    };

    private static string? AnswerTo(MusterEvent e) => e switch
    {
        Notice { ReplyTo: not null, Kind: "node_offline" } => "yes",
        Notice { ReplyTo: not null, Kind: "which_machine" } => "NAME",
        _ => null,
    };
}

internal static class Receipts
{
    public static string Sentence(StopReceipt receipt) => receipt switch
    {
        { Stopped: null } => $"{Ansi.Harmless(receipt.Node)} did not answer; it stops when it is back.",
        { Stopped: false } => $"Nothing was running on {Ansi.Harmless(receipt.Node)}.",
        { Processes: > 0 } => $"Stopped on {Ansi.Harmless(receipt.Node)} in {receipt.Milliseconds:0} ms ({receipt.Processes} process{(receipt.Processes == 1 ? "" : "es")} ended).",
        _ => $"Stopped on {Ansi.Harmless(receipt.Node)} in {receipt.Milliseconds:0} ms.",
    };
}
