using Muster.Cli.Terminal;
using Muster.Client.Jobs;

namespace Muster.Cli.Jobs.Specs;

/// <summary>Uploads as one line on a terminal; silent elsewhere.</summary>
internal sealed class UploadProgress(CommandContext context) : IProgress<FileUpload>, IDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, FileUpload> _files = new(StringComparer.Ordinal);
    private long? _shownAt;

    public void Report(FileUpload value)
    {
        lock (_gate)
        {
            _files[value.Name] = value;
            if (!JobWatch.Draws(context) || (_shownAt is { } at && context.Time.GetElapsedTime(at) < _pause))
            {
                return;
            }

            _shownAt = context.Time.GetTimestamp();
            var line = $"uploading {Ansi.Harmless(value.Name)} {JobText.Bytes(_files.Values.Sum(file => file.Sent))} of {JobText.Bytes(_files.Values.Sum(file => file.Size))}";
            context.Surroundings.Error.Write(Ansi.EraseLine + Columns.Cut(line, TerminalSize.Width - 1));
        }
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
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
}
