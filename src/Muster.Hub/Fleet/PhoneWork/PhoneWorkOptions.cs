namespace Muster.Hub.Fleet.PhoneWork;

/// <summary>The dialect of PhoneWork's host clients; off unless there is a secret.</summary>
public sealed record PhoneWorkOptions
{
    public const int LeastSecret = 16;

    /// <summary>What host clients show as a bearer (<c>ROUTER_SECRET</c>).</summary>
    public string? Secret { get; init; }

    /// <summary>The hub listens on loopback alone, where a short secret does.</summary>
    public bool Loopback { get; init; }

    /// <summary>Users, by name, whom such nodes may serve; none means the owner alone.</summary>
    public IReadOnlyList<string> Users { get; init; } = [];

    public TimeSpan PingEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A node that has not answered a ping by then is dropped.</summary>
    public TimeSpan PongWithin { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan ForwardTimeout { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>Messages that one node may be working on.</summary>
    public int InFlight { get; init; } = 64;

    /// <summary>Further messages that may wait behind one of them.</summary>
    public int Queued { get; init; } = 16;

    public int MaxMessageBytes { get; init; } = 1 << 20;

    public bool Enabled => !string.IsNullOrEmpty(Secret);

    public IEnumerable<string> Mistakes()
    {
        if (Enabled && !Loopback && Secret!.Length < LeastSecret)
        {
            yield return $"ROUTER_SECRET has {Secret.Length} characters: use at least {LeastSecret}, since other machines can reach this hub.";
        }

        if (PingEvery <= TimeSpan.Zero || PongWithin <= TimeSpan.Zero || ForwardTimeout <= TimeSpan.Zero)
        {
            yield return "phonework.ping_every, phonework.pong_within and phonework.forward_timeout must be longer than nothing.";
        }

        if (InFlight < 1 || Queued < 0 || MaxMessageBytes < 1024)
        {
            yield return "phonework.in_flight must be at least 1, phonework.queued at least 0 and phonework.max_message_bytes at least 1024.";
        }
    }
}
