namespace Muster.Hub;

/// <summary>Where this hub is reached; known once it listens.</summary>
public sealed class HubAddress
{
    /// <summary>All addresses that it listens on, with their real ports.</summary>
    public IReadOnlyList<string> Urls { get; internal set; } = [];

    /// <summary>The address to give to others: one that other machines can use, if there is one.</summary>
    public string Public { get; internal set; } = "";

    /// <summary>Base64url SHA-256 of the certificate's public key; empty without https.</summary>
    public string Fingerprint { get; internal set; } = "";

    /// <summary>What a person types on another machine to do something with this hub.</summary>
    public string Command(string verb, string rest) => $"muster {verb} {Public} {rest}" + (Fingerprint.Length > 0 ? $" --fingerprint {Fingerprint}" : "");
}
