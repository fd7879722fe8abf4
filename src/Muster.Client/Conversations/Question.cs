using System.Runtime.CompilerServices;
using Muster.Client.Events;

namespace Muster.Client.Conversations;

/// <summary>One message and everything until it is answered.</summary>
internal sealed class Question(MusterClient client, string text, AskOptions options)
{
    private readonly string _messageId = options.MessageId!;
    private string? _runId;

    public async IAsyncEnumerable<MusterEvent> StreamAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var conversation = options.ConversationId
            ?? (await client.Conversations.CreateAsync(null, options.Node, options.Model, cancellationToken)).Id;
        options.Started?.Invoke(conversation);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var stream = client.Thread(conversation, options.After);
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stream.Opened = () => listening.TrySetResult();

        // The stream is read before the message is sent, so that not one event of its answer passes unseen.
        await using var events = stream.ReadAsync(over.Token).GetAsyncEnumerator(over.Token);
        var next = events.MoveNextAsync().AsTask();
        await Task.WhenAny(listening.Task, next);
        if (!listening.Task.IsCompleted)
        {
            await next;
        }

        var sent = client.Conversations.SendAsync(conversation, _messageId, text, options.Interrupt, options.Channel, over.Token);
        try
        {
            await Task.WhenAny(sent, next);
            var mine = false;
            do
            {
                if (sent.IsFaulted)
                {
                    await sent;
                }

                if (!await Next(next, sent))
                {
                    yield break;
                }

                var current = events.Current;
                mine |= Concerns(current);
                if (mine && !AnswersAnother(current))
                {
                    yield return current;
                }

                if (Answers(current))
                {
                    yield break;
                }

                next = events.MoveNextAsync().AsTask();
            }
            while (true);
        }
        finally
        {
            await over.CancelAsync();
            await Quiet(sent);
            await Quiet(next);
        }
    }

    /// <summary>The next event, unless the hub refuses the message first.</summary>
    private static async Task<bool> Next(Task<bool> next, Task sent)
    {
        if (!sent.IsCompletedSuccessfully && await Task.WhenAny(next, sent) == sent)
        {
            await sent;
        }

        return await next;
    }

    private bool Concerns(MusterEvent e) => e switch
    {
        UserMessage message => message.MessageId == _messageId,
        Routed routed => routed.MessageId == _messageId,
        Notice notice => notice.ReplyTo == _messageId,
        _ => false,
    };

    /// <summary>What somebody else asked meanwhile and was told, such as the status, is for them.</summary>
    private bool AnswersAnother(MusterEvent e) => e is Notice { ReplyTo: { } message } && message != _messageId;

    private bool Answers(MusterEvent e)
    {
        if (e is Routed routed && routed.MessageId == _messageId)
        {
            _runId = routed.RunId;
        }

        return e is Notice notice ? notice.ReplyTo == _messageId : e is AgentEnd end && end.RunId == _runId;
    }

    private static async Task Quiet(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception exception) when (exception is OperationCanceledException or MusterException)
        {
            // The answer is complete or already failed; what these still had to say is not needed.
        }
    }
}
