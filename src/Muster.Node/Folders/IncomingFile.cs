using Microsoft.Win32.SafeHandles;

namespace Muster.Node.Folders;

/// <summary>What is brought, and how.</summary>
/// <param name="Temporary">Its name until it is whole, in the same folder.</param>
/// <param name="Mode">Permission bits that it gets with its name, and of which nobody else has any before; null: those of a new file.</param>
internal sealed record Incoming(string Path, string Temporary, uint? Mode, bool Overwrite);

/// <summary>A file that is being brought: under a temporary name beside its own until it is whole. Disposing one that was not kept removes it.</summary>
internal abstract class IncomingFile(SafeFileHandle content) : IDisposable
{
    /// <summary>To be written.</summary>
    public SafeFileHandle Content => content;

    protected bool Kept { get; private set; }

    /// <summary>Gives it its name, at one stroke, once its bytes are on the disk.</summary>
    /// <exception cref="Muster.Agents.Tools.ToolException">Something of that name came meanwhile, or the folder cannot be written.</exception>
    public void Keep()
    {
        Settle();
        Kept = true;
    }

    public void Dispose()
    {
        if (!Kept)
        {
            Remove();
        }

        content.Dispose();
        End();
        GC.SuppressFinalize(this);
    }

    protected abstract void Settle();

    protected abstract void Remove();

    protected virtual void End()
    {
    }
}
