namespace Muster.Protocol.Transfers;

/// <summary>A question whose answer fits in memory, asked again until the hub answers.</summary>
public sealed class SmallRequest(ITransferDoor door, Uri address)
{
    private static readonly TimeSpan _stall = TimeSpan.FromMinutes(1);

    /// <exception cref="Exception">The door's own: refused, or the hub was away for too long.</exception>
    public async Task<byte[]> RunAsync(CancellationToken cancel)
    {
        var persistence = new Persistence(door);
        while (true)
        {
            try
            {
                using var guard = new StallGuard(door.Time, _stall, cancel);
                return await guard.RunAsync(async stop =>
                {
                    using var answer = await door.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, address), stop);
                    return answer.IsSuccessStatusCode ? await answer.Content.ReadAsByteArrayAsync(stop) : throw await door.RefusalAsync(answer, stop);
                });
            }
            catch (TransferBrokenException broken)
            {
                await persistence.WaitAsync(broken, cancel);
            }
        }
    }
}
