using Muster.Cli.Terminal;
using Muster.Client;
using Muster.Client.Conversations;

namespace Muster.Cli.Talk;

/// <summary>One question and its answer on the screen; an interrupt or a time-out stops the run on its machine.</summary>
internal sealed class Exchange(CommandContext context, MusterClient client, IAnswerView view)
{
    public async Task<int> RunAsync(string text, AskOptions options, TimeSpan? timeout, CancellationToken cancellationToken)
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
        using var limit = new CancellationTokenSource(timeout ?? Timeout.InfiniteTimeSpan, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var code = ExitCode.Failed;
        try
        {
            await foreach (var e in client.AskAsync(text, options, either.Token))
            {
                view.Show(e);
                code = CodeOf(e) ?? code;
            }

            return code;
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            view.End();
            await StopAsync(conversation);
            if (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                context.Printer.Warning($"muster: no answer within {timeout!.Value.TotalSeconds:0.###} s.");
                return ExitCode.TimedOut;
            }

            return ExitCode.Interrupted;
        }
        finally
        {
            view.End();
        }
    }

    private async Task StopAsync(string? conversation)
    {
        if (conversation is null)
        {
            return;
        }

        // The interrupt ended the command's own token; stopping has its own deadline.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(6), context.Time);
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

    private static int? CodeOf(MusterEvent e) => e switch
    {
        AgentEnd { Outcome: "completed" } => ExitCode.Ok,
        AgentEnd { Outcome: "aborted" } => ExitCode.Interrupted,
        AgentEnd => ExitCode.Failed,
        Notice { ReplyTo: not null, Level: "error" } => ExitCode.Failed,
        Notice { ReplyTo: not null } => ExitCode.Ok,
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
