namespace Muster.Node.Assistant;

/// <summary>How many runs work at one time. Some places are for the machine's owner alone, so that nobody else can take them all.</summary>
internal sealed class RunPlaces : IDisposable
{
    public const int Most = 32;
    private const int OwnersAlone = 8;
    private readonly SemaphoreSlim _all = new(Most);
    private readonly SemaphoreSlim _others = new(Most - OwnersAlone);

    /// <param name="waiting">Told once where there is no place at once.</param>
    public async Task<Place> TakeAsync(bool owner, Func<Task> waiting, CancellationToken abort)
    {
        IReadOnlyList<SemaphoreSlim> gates = owner ? [_all] : [_others, _all];
        var place = new Place();
        try
        {
            foreach (var gate in gates)
            {
                if (!await gate.WaitAsync(0, abort))
                {
                    await waiting();
                    await gate.WaitAsync(abort);
                }

                place.Passed(gate);
            }

            return place;
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _all.Dispose();
        _others.Dispose();
    }

    /// <summary>Given back when it is disposed.</summary>
    public sealed class Place : IDisposable
    {
        private readonly List<SemaphoreSlim> _gates = [];

        public void Passed(SemaphoreSlim gate) => _gates.Add(gate);

        public void Dispose()
        {
            foreach (var gate in _gates)
            {
                gate.Release();
            }

            _gates.Clear();
        }
    }
}
