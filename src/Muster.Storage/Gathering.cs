using System.Collections.Concurrent;

namespace Muster.Storage;

/// <summary>
/// Orders of one kind that wait for the writer at the same time, carried out as one work: what they share is read and written once for
/// all of them. A refusal is an answer; what the work throws undoes all of its orders, and each of their callers is told.
/// </summary>
/// <param name="most">Orders of one work; more wait for the next.</param>
/// <param name="carryOut">Gives an answer for each order, in their order.</param>
public sealed class Gathering<TOrder, TAnswer>(Database database, int most, Func<Transaction, IReadOnlyList<TOrder>, IReadOnlyList<TAnswer>> carryOut)
{
    private readonly ConcurrentQueue<(TOrder Order, TaskCompletionSource<TAnswer> Done)> _waiting = new();
    private int _called;

    /// <summary>Returns when the order is carried out and durable.</summary>
    /// <exception cref="StorageException">As of <see cref="Database.WriteAsync{T}"/>.</exception>
    public Task<TAnswer> AskAsync(TOrder order)
    {
        var done = new TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Enqueue((order, done));
        Call();
        return done.Task;
    }

    private void Call()
    {
        if (Interlocked.Exchange(ref _called, 1) == 0)
        {
            _ = CarryOutAsync();
        }
    }

    private async Task CarryOutAsync()
    {
        var taken = new List<(TOrder Order, TaskCompletionSource<TAnswer> Done)>();
        try
        {
            var answers = await database.WriteAsync(tx =>
            {
                Take(taken);
                return carryOut(tx, [.. taken.Select(item => item.Order)]);
            });
            for (var index = 0; index < taken.Count; index++)
            {
                taken[index].Done.SetResult(answers[index]);
            }
        }
        catch (Exception error)
        {
            if (taken.Count == 0)
            {
                Take(taken); // the writer took none: those that wait would wait for ever
            }

            taken.ForEach(item => item.Done.SetException(error));
        }
    }

    /// <summary>Whoever comes from here on calls the writer again.</summary>
    private void Take(List<(TOrder Order, TaskCompletionSource<TAnswer> Done)> taken)
    {
        Volatile.Write(ref _called, 0);
        while (taken.Count < most && _waiting.TryDequeue(out var item))
        {
            taken.Add(item);
        }

        if (!_waiting.IsEmpty)
        {
            Call();
        }
    }
}
