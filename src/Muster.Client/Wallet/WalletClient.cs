using Muster.Client.Http;

namespace Muster.Client.Wallet;

/// <summary>
/// The signed-in user's credits. Each write carries an idempotency key that its own retries keep. A program that may be restarted in
/// between makes one itself (any text up to 200 characters), stores it first, and gives it again: the credits then move once.
/// </summary>
public sealed class WalletClient
{
    private readonly Transport _transport;

    internal WalletClient(Transport transport) => _transport = transport;

    public Task<WalletInfo> GetAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync("api/v1/wallet", ClientJson.Default.WalletInfo, cancellationToken);

    /// <summary>Newest first; <paramref name="after"/> is the last page's <c>Next</c>.</summary>
    public Task<Page<WalletEntry>> HistoryAsync(int limit = 50, string? after = null, CancellationToken cancellationToken = default) =>
        _transport.GetAsync(
            $"api/v1/wallet/history?limit={limit}" + (after is null ? "" : "&after=" + Uri.EscapeDataString(after)), ClientJson.Default.PageWalletEntry, cancellationToken);

    /// <param name="to">A user's name or id.</param>
    /// <exception cref="MusterException"><c>insufficient_credits</c>, or <c>invalid</c> with the field that is wrong.</exception>
    public Task<TransferInfo> TransferAsync(string to, decimal amount, string? note = null, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _transport.PostAsync(
            "api/v1/wallet/transfers", new TransferLine(to, amount, note), ClientJson.Default.TransferLine, ClientJson.Default.TransferInfo, cancellationToken, idempotencyKey);

    /// <summary>Up to 1,000 at once, answered in their order.</summary>
    /// <param name="allOrNothing">With one that is refused none is done, and this throws; otherwise each has its own result.</param>
    public async Task<IReadOnlyList<TransferResult>> TransferAsync(
        IReadOnlyList<TransferLine> transfers, bool allOrNothing = false, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        (await _transport.PostAsync(
            "api/v1/wallet/transfers/batch", new TransferBatch(transfers, allOrNothing), ClientJson.Default.TransferBatch, ClientJson.Default.TransferBatchAnswer, cancellationToken, idempotencyKey)).Items;

    /// <summary>New credits for a user (role <c>admin</c>).</summary>
    public Task<TransferInfo> GrantAsync(string user, decimal amount, string? note = null, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _transport.PostAsync(
            "api/v1/wallet/grants", new TransferLine(user, amount, note), ClientJson.Default.TransferLine, ClientJson.Default.TransferInfo, cancellationToken, idempotencyKey);

    /// <summary>The published prices; needs no sign-in.</summary>
    public Task<PriceInfo> PricesAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync("api/v1/prices", ClientJson.Default.PriceInfo, cancellationToken);
}
