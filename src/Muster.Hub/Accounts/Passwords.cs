using Microsoft.AspNetCore.Identity;

namespace Muster.Hub.Accounts;

/// <summary>PBKDF2 by the framework's hasher. Checking an unknown name costs the same as checking a known one.</summary>
internal sealed class Passwords
{
    public const int Least = 8;
    public const int Most = 200;

    private static readonly object _nobody = new();
    private readonly PasswordHasher<object> _hasher = new();
    private readonly Lazy<string> _dummy;

    public Passwords() => _dummy = new Lazy<string>(() => Hash(Secrets.New()));

    public string Hash(string password) => _hasher.HashPassword(_nobody, password);

    public bool Check(string? hash, string password)
    {
        var verified = _hasher.VerifyHashedPassword(_nobody, hash ?? _dummy.Value, password) != PasswordVerificationResult.Failed;
        return verified && hash is not null;
    }
}
