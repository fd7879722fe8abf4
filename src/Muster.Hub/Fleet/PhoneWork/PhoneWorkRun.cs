using Muster.Protocol.Wire;

namespace Muster.Hub.Fleet.PhoneWork;

/// <summary>A run on such a node: one forward at a time, and those that wait behind it.</summary>
internal sealed class PhoneWorkRun(Forward forward, DateTimeOffset since)
{
    public Forward Forward => forward;

    /// <summary>Id of the forward that is being answered.</summary>
    public string Current { get; private set; } = forward.RunId;

    public int Turn { get; private set; } = 1;

    public DateTimeOffset Since { get; private set; } = since;

    public Queue<Steer> Waiting { get; } = [];

    public PhoneWorkMessage First => Message(forward.PlainCommand && !forward.Text.StartsWith('/') ? $"/shell {forward.Text}" : forward.Text);

    /// <summary>The next message to be sent.</summary>
    public PhoneWorkMessage Next(DateTimeOffset now)
    {
        var steer = Waiting.Dequeue();
        (Current, Turn, Since) = (steer.MessageId, Turn + 1, now);
        return Message(steer.Text);
    }

    private PhoneWorkMessage Message(string text) => new("forward")
    {
        Id = Current,
        UserId = forward.UserName,
        ChatId = forward.ConversationId,
        Text = text,
    };
}
