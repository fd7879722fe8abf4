namespace Muster.Node.Background;

/// <summary>When tool calls of this machine go on in the background, and how much of that there may be.</summary>
public sealed record BackgroundOptions
{
    /// <summary><c>background.after</c>: a call that is still at work then goes on in the background; one that asks for more time goes there at once.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary><c>background.max_time</c>: the longest that one may take there.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromHours(24);

    /// <summary><c>background.most</c>: at one time on this machine.</summary>
    public int Most { get; init; } = 32;

    /// <summary><c>background.max_output</c>: bytes of what one prints that are kept; what comes after that is only shown while it is the newest.</summary>
    public long MaxOutput { get; init; } = 16 << 20;

    /// <summary><c>tools.file_send.max_size</c>: bytes of a file that is sent to a person.</summary>
    public long MaxSentFile { get; init; } = 100 << 20;
}
