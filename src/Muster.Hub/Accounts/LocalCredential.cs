namespace Muster.Hub.Accounts;

/// <summary>How the commands of this home reach the hub: the content of credentials.json. The key lacks the scope to approve.</summary>
public sealed record LocalCredential(string Url, string Token, string Fingerprint, string User);
