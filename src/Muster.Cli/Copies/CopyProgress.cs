using Muster.Cli.Jobs;
using Muster.Cli.Terminal;
using Muster.Client.Copies;

namespace Muster.Cli.Copies;

/// <summary>How far a copy is, as one line on a terminal; silent elsewhere.</summary>
internal sealed class CopyProgress(CommandContext context) : IProgress<CopyInfo>, IDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);
    private readonly Lock _gate = new();
    private long? _shownAt;

    public void Report(CopyInfo value) => Show(
        value.Total > 0 ? $"{value.Step} {Ansi.Harmless(value.Name)} {JobText.Bytes(value.Bytes)} of {JobText.Bytes(value.Total)}" : $"{value.Step} {Ansi.Harmless(value.Name)}");

    /// <summary>What is moved between this machine and the hub.</summary>
    public IProgress<long> Of(string word, long size) => new Part(bytes => Show($"{word} {JobText.Bytes(bytes)} of {JobText.Bytes(size)}"));

    /// <summary>Takes the line away.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            if (_shownAt is not null)
            {
                context.Surroundings.Error.Write(Ansi.EraseLine);
                _shownAt = null;
            }
        }
    }

    public void Dispose() => Clear();

    private void Show(string line)
    {
        lock (_gate)
        {
            if (!JobWatch.Draws(context) || (_shownAt is { } at && context.Time.GetElapsedTime(at) < _pause))
            {
                return;
            }

            _shownAt = context.Time.GetTimestamp();
            context.Surroundings.Error.Write(Ansi.EraseLine + Columns.Cut(line, TerminalSize.Width - 1));
        }
    }

    private sealed class Part(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
