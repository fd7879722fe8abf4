namespace Muster.Storage.Writing;

/// <summary>How an engine runs a group of works; everything here is called on the writer's thread.</summary>
internal abstract class WriterEngine : IDisposable
{
    /// <summary>Begins a transaction; throws when the store cannot take one.</summary>
    /// <param name="stopping">Ends the wait for a store that is away.</param>
    public abstract void Begin(CancellationToken stopping);

    /// <summary>Begins a work that can be undone alone.</summary>
    public abstract Transaction BeginWork();

    /// <summary>Keeps the work that was begun last; throws where one of its statements had failed.</summary>
    public abstract void EndWork();

    /// <summary>Undoes the work that was begun last; false when the whole transaction is gone.</summary>
    public abstract bool UndoWork();

    public abstract void Commit();

    /// <summary>Ends what is left of a transaction. Must not throw.</summary>
    public abstract void Abandon();

    /// <summary>What the caller of a work that failed is told: a sentence where the store is the cause, else the error itself.</summary>
    public abstract Exception Describe(Exception error);

    /// <summary>What all callers of a group that was lost are told.</summary>
    public abstract StorageException DescribeLost(Exception error);

    public abstract void Dispose();
}
