using Microsoft.AspNetCore.Identity;
using Muster.Hub.Api;

namespace Muster.Hub.Accounts.SignIns;

/// <summary>
/// PBKDF2 by the framework's hasher. Checking an unknown name costs the same as checking a known one, and no more are checked at once
/// than the machine has processors for.
/// </summary>
internal sealed class Passwords : IDisposable
{
    public const int Least = 8;
    public const int Most = 200;

    private const int MostWaiting = 100;
    private static readonly object _nobody = new();
    private readonly PasswordHasher<object> _hasher = new();
    private readonly Lazy<string> _dummy;
    private readonly SemaphoreSlim _atOnce = new(Math.Max(2, Environment.ProcessorCount / 2));
    private int _waiting;
    private int _computed;

    public Passwords() => _dummy = new Lazy<string>(() => _hasher.HashPassword(_nobody, Secrets.New()));

    /// <summary>How often a password was hashed, to be kept or to be compared.</summary>
    public int Computed => Volatile.Read(ref _computed);

    public Task<string> HashAsync(string password, CancellationToken cancel) => ComputeAsync(() => _hasher.HashPassword(_nobody, password), cancel);

    /// <param name="hash">Null where there is no such user, or no password: it is then as slow, and false.</param>
    public async Task<bool> CheckAsync(string? hash, string password, CancellationToken cancel)
    {
        var compared = hash ?? _dummy.Value;
        var verified = await ComputeAsync(() => _hasher.VerifyHashedPassword(_nobody, compared, password) != PasswordVerificationResult.Failed, cancel);
        return verified && hash is not null;
    }

    public void Dispose() => _atOnce.Dispose();

    private async Task<T> ComputeAsync<T>(Func<T> compute, CancellationToken cancel)
    {
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new ApiException(503, "not_ready", "Too many people sign in at this moment: try again in a few seconds.") { RetryAfter = TimeSpan.FromSeconds(5) };
        }

        try
        {
            await _atOnce.WaitAsync(cancel);
            try
            {
                Interlocked.Increment(ref _computed);
                return await Task.Run(compute, cancel);
            }
            finally
            {
                _atOnce.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
