using System.Collections.Concurrent;

namespace Muster.Storage.Reading;

/// <summary>A few reader connections, opened when first needed.</summary>
internal sealed class ReaderPool(DatabaseOptions options, ReaderEngine engine) : IDisposable
{
    private readonly SemaphoreSlim _free = new(options.Readers);
    private readonly ConcurrentBag<Session> _idle = [];

    public async Task<T> RunAsync<T>(Func<Transaction, T> query, CancellationToken cancel)
    {
        if (!await _free.WaitAsync(options.QueueTimeout, cancel))
        {
            throw new StorageException($"The database {options.Name} is too busy to be read: try again in a moment.");
        }

        try
        {
            return await Task.Run(() => Run(query), cancel);
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose()
    {
        DropIdle();
        _free.Dispose();
    }

    private T Run<T>(Func<Transaction, T> query)
    {
        Session? session = null;
        try
        {
            session = Begin();
            return query(new Transaction(session));
        }
        catch (Exception error) when (engine.IsOfStore(error))
        {
            throw engine.Describe(error);
        }
        finally
        {
            if (session is not null)
            {
                Return(session);
            }
        }
    }

    private Session Begin()
    {
        while (_idle.TryTake(out var session))
        {
            if (engine.Begin(session))
            {
                return session;
            }

            session.Dispose();
        }

        var opened = engine.Open();
        engine.Begin(opened);
        return opened;
    }

    private void Return(Session session)
    {
        if (engine.End(session))
        {
            _idle.Add(session);
        }
        else
        {
            session.Dispose();
            DropIdle(); // what broke one has most likely broken all
        }
    }

    private void DropIdle()
    {
        while (_idle.TryTake(out var session))
        {
            session.Dispose();
        }
    }
}
