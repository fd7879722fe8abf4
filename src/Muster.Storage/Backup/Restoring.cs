namespace Muster.Storage.Backup;

/// <summary>What a restore is to do.</summary>
/// <param name="Force">Replaces what is there, of which a copy is made; else a store with rows is refused.</param>
public sealed record Restoring(BackupReader Archive, bool Force)
{
    /// <summary>Runs in the transaction of the restore, once all rows are in.</summary>
    public Action<Transaction> After { get; init; } = static _ => { };
}
