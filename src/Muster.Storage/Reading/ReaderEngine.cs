namespace Muster.Storage.Reading;

/// <summary>How an engine gives readers their snapshot.</summary>
internal abstract class ReaderEngine
{
    public abstract Session Open();

    /// <summary>Begins a snapshot; false when this connection is of no more use and another must be opened.</summary>
    public abstract bool Begin(Session session);

    /// <summary>Ends the snapshot; false when the connection cannot be used again. Must not throw.</summary>
    public abstract bool End(Session session);

    /// <summary>True where the store itself is in trouble, not the query that met it.</summary>
    public abstract bool IsOfStore(Exception error);

    public abstract StorageException Describe(Exception error);
}
