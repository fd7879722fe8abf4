using System.Collections.Concurrent;
using Muster.Node.Link;
using Muster.Protocol.Transfers;
using Muster.Protocol.Wire;

namespace Muster.Node.Copies;

/// <summary>This machine's ends of copies. Each works for as long as the hub repeats its order.</summary>
internal sealed class CopyHost(CopyKit kit) : IAsyncDisposable
{
    private const int Most = 64;
    private readonly CopyParts _parts = new(kit.Database, kit.Folder, kit.Logger);
    private readonly ConcurrentDictionary<(string Copy, string Step), CopyStep> _steps = new();

    public void Register(FrameHandlers handlers) => handlers.OnVolatile(Frame.BodyOneofCase.CopyOrder, frame => Obey(frame.CopyOrder));

    /// <summary>Before the link opens.</summary>
    public Task StartAsync(CancellationToken cancel) => _parts.ClearAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        foreach (var step in _steps.Values)
        {
            step.Stop();
        }

        await Task.WhenAll(_steps.Values.Select(step => step.Completion));
    }

    private void Obey(CopyOrder order)
    {
        if (order.Step == CopyWords.End)
        {
            foreach (var (_, ended) in _steps.Where(step => step.Key.Copy == order.CopyId))
            {
                ended.Stop();
            }

            return;
        }

        var name = (order.CopyId, order.Step);
        if (_steps.TryGetValue(name, out var known))
        {
            known.Renew(order);
            return;
        }

        if (_steps.Count >= Most)
        {
            kit.Tell(new Frame
            {
                CopyReport = new CopyReport { CopyId = order.CopyId, Step = order.Step, State = CopyWords.Failed, Error = $"This machine has {Most} copies going on already: try again in a while." },
            });
            return;
        }

        var step = _steps[name] = new CopyStep(order, kit, _parts);
        step.Start(() =>
        {
            _steps.TryRemove(name, out _);
            step.Dispose();
        });
    }
}
