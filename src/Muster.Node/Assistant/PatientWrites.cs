using Microsoft.Extensions.Logging;
using Muster.Storage;

namespace Muster.Node.Assistant;

/// <summary>What a run does is never lost for a store that takes nothing for a while, as on a full disk: what goes on waits with it.</summary>
internal static partial class PatientWrites
{
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(2);

    /// <param name="waits">Told why it waits until it says that somebody has heard it: the link depends on the same store.</param>
    /// <exception cref="OperationCanceledException">The node goes down.</exception>
    public static async Task StoreAsync(this RunKit kit, Action<Transaction> work, Func<string, bool>? waits = null)
    {
        for (var (failing, heard) = (false, waits is null); ; failing = true)
        {
            kit.Shutdown.ThrowIfCancellationRequested();
            try
            {
                await kit.Database.WriteAsync(work);
                return;
            }
            catch (StorageException refused)
            {
                if (!failing)
                {
                    LogWaits(kit.Logger, refused.Message);
                }

                heard = heard || waits!(refused.Message);

                await Task.Delay(_again, kit.Time, kit.Shutdown);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Runs wait: {Why}")]
    private static partial void LogWaits(ILogger logger, string why);
}
