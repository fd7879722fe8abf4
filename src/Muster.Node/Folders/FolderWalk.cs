using Microsoft.Win32.SafeHandles;
using Muster.Agents.Tools;

namespace Muster.Node.Folders;

/// <summary>
/// One walk down a path, one directory handle per step, links read and resolved here and never by the kernel.
/// <c>..</c> goes back to the handle we came from, so renaming or swapping directories under way changes nothing.
/// </summary>
internal sealed class FolderWalk : IDisposable
{
    private readonly List<(SafeFileHandle Handle, string Name)> _steps = [];
    private readonly LinkedList<string> _todo = new();
    private readonly HashSet<FileIdentity> _hidden;
    private readonly string _root;
    private readonly string _asked;
    private readonly bool _mayMiss;
    private int _links;

    public FolderWalk(string root, HiddenPlaces hidden, string path, bool createParents = false, bool mayMiss = false)
    {
        _root = root;
        _mayMiss = mayMiss;
        _asked = path;
        _hidden = hidden.Identities();
        _steps.Add((Libc.OpenRoot(root, out var error) ?? throw LinuxError.Of(error, root), ""));
        try
        {
            Queue(path, first: false);
            while (_todo.First is { } next)
            {
                _todo.RemoveFirst();
                Step(next.Value, createParents);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The directory that holds <see cref="Name"/>; the directory itself when the path led to one.</summary>
    public SafeFileHandle Directory => _steps[^1].Handle;

    /// <summary>The last part of the path; null when the path led to a directory.</summary>
    public string? Name { get; private set; }

    /// <summary>Null when nothing of that name is there.</summary>
    public FileFacts? Facts { get; private set; }

    /// <summary>A folder on the way is not there; only where the caller can do without.</summary>
    public bool Missed { get; private set; }

    /// <summary>Where the path led, links resolved, relative to the root; empty for the root.</summary>
    public string Relative => string.Join('/', _steps.Skip(1).Select(step => step.Name).Append(Name).OfType<string>());

    public void Dispose()
    {
        foreach (var (handle, _) in _steps)
        {
            handle.Dispose();
        }
    }

    private void Step(string part, bool createParents)
    {
        if (Name is not null)
        {
            if (_mayMiss && Facts is null)
            {
                Missed = true;
                _todo.Clear();
                return;
            }

            throw new ToolException(Facts is null ? $"There is no \"{_asked}\"." : $"\"{Relative}\" is not a folder.");
        }

        if (part == "..")
        {
            Back();
            return;
        }

        var handle = Libc.Open(Directory, part, Libc.PathOnly | Libc.NoFollow, out var error);
        if (handle is null && error == Libc.NoEntry && createParents && _todo.Count > 0)
        {
            _ = Libc.mkdirat(Directory, part, 0b111_111_101);
            handle = Libc.Open(Directory, part, Libc.PathOnly | Libc.NoFollow, out error);
        }

        if (handle is null)
        {
            Name = error == Libc.NoEntry ? part : throw LinuxError.Of(error, _asked);
            return;
        }

        Enter(handle, part);
    }

    private void Enter(SafeFileHandle handle, string part)
    {
        var facts = Libc.Facts(handle) ?? throw new ToolException($"\"{_asked}\" cannot be examined.");
        if (_hidden.Contains(facts.Identity))
        {
            handle.Dispose();
            throw ConfinedFolder.HiddenPlace(_asked);
        }

        if (facts.Kind == EntryKind.Directory)
        {
            _steps.Add((handle, part));
            return;
        }

        using (handle)
        {
            if (facts.Kind == EntryKind.Link)
            {
                Follow(Libc.LinkTarget(handle) ?? throw new ToolException($"The link \"{_asked}\" cannot be read."));
                return;
            }
        }

        (Name, Facts) = (part, facts);
    }

    private void Follow(string target)
    {
        if (++_links > 40)
        {
            throw new ToolException($"\"{_asked}\" goes through too many links.");
        }

        if (!target.StartsWith('/'))
        {
            Queue(target, first: true);
            return;
        }

        if (!RealPath.IsInside(target, _root))
        {
            throw ConfinedFolder.Outside(_asked, _root);
        }

        while (_steps.Count > 1)
        {
            Back();
        }

        Queue(target[_root.Length..], first: true);
    }

    private void Back()
    {
        if (_steps.Count == 1)
        {
            throw ConfinedFolder.Outside(_asked, _root);
        }

        _steps[^1].Handle.Dispose();
        _steps.RemoveAt(_steps.Count - 1);
    }

    private void Queue(string path, bool first)
    {
        var parts = path.Split('/').Where(part => part is not ("" or "."));
        foreach (var part in first ? parts.Reverse() : parts)
        {
            _ = first ? _todo.AddFirst(part) : _todo.AddLast(part);
        }
    }
}
