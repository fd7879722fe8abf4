using Muster.Node.Folders;

namespace Muster.Node.Artifacts.Work;

/// <summary>What outputs may be at most.</summary>
public sealed record OutputLimits
{
    public int MaxFiles { get; init; } = 10_000;

    /// <summary>As the files' lengths say, however little of the disk a file with holes takes.</summary>
    public long MaxBytes { get; init; } = 10L << 30;

    /// <summary>Names that are looked at, wanted or not.</summary>
    public int MaxEntries { get; init; } = 1_000_000;

    /// <summary>Sentences about what was left out.</summary>
    public int MaxSkipped { get; init; } = 20;
}

/// <summary>Finds the files that patterns want, and says what it leaves out.</summary>
internal sealed class OutputSearch(IWorkFolder folder, OutputPatterns patterns, OutputLimits limits, CancellationToken cancel)
{
    private readonly List<(string Path, long Size)> _files = [];
    private readonly List<string> _skipped = [];
    private int _leftOut;
    private int _entries;
    private long _bytes;

    public IReadOnlyList<(string Path, long Size)> Files => _files;

    public IReadOnlyList<string> Skipped =>
        _leftOut > _skipped.Count ? [.. _skipped, $"{_leftOut - _skipped.Count} more were left out."] : _skipped;

    /// <exception cref="OutputException">There is too much.</exception>
    public OutputSearch Run()
    {
        Look("", patterns.Start);
        _files.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return this;
    }

    private void Look(string path, OutputPatterns.Place place)
    {
        try
        {
            foreach (var entry in folder.List(path))
            {
                cancel.ThrowIfCancellationRequested();
                if (++_entries > limits.MaxEntries)
                {
                    throw new OutputException($"The work folder has more than {limits.MaxEntries} names: pack them into one file, or name narrower outputs.");
                }

                if (patterns.Step(place, entry.Name) is { MayFit: true } next)
                {
                    Take(path.Length == 0 ? entry.Name : $"{path}/{entry.Name}", entry, next);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Skip(path, $"cannot be listed ({error.Message.TrimEnd('.')})");
        }
    }

    private void Take(string path, WorkEntry entry, OutputPatterns.Place place)
    {
        if (WorkPath.Mistake(path) is { } mistake)
        {
            Skip(path, mistake);
        }
        else if (entry.Kind == EntryKind.Directory)
        {
            Look(path, place);
        }
        else if (place.Fits && entry.Kind == EntryKind.File)
        {
            Add(path, entry.Size);
        }
        else if (place.Fits)
        {
            Skip(path, entry.Kind == EntryKind.Link ? "is a link" : "is no regular file");
        }
    }

    private void Add(string path, long size)
    {
        _files.Add((path, size));
        if (_files.Count > limits.MaxFiles)
        {
            throw new OutputException($"More than {limits.MaxFiles} files are outputs: pack them into one, or name narrower outputs.");
        }

        if (size > limits.MaxBytes || (_bytes += size) > limits.MaxBytes)
        {
            throw new OutputException($"The outputs have more than the {limits.MaxBytes} bytes that are allowed; \"{WorkPath.Shown(path)}\" alone has {size}.");
        }
    }

    private void Skip(string path, string why)
    {
        if (_leftOut++ < limits.MaxSkipped)
        {
            _skipped.Add($"\"{WorkPath.Shown(path)}\" {why}; it was left out.");
        }
    }
}
