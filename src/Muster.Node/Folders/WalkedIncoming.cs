using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Muster.Node.Folders;

/// <summary>On Linux: in the directory that the walk has opened, wherever its path leads by now.</summary>
internal sealed class WalkedIncoming(FolderWalk walk, string name, SafeFileHandle content, Incoming file) : IncomingFile(content)
{
    private const int NotPermitted = 1;
    private const int NotSupported = 95;

    protected override void Settle()
    {
        if (walk.Facts is { } old)
        {
            _ = Libc.fchown(Content, old.User, old.Group); // fails for anyone but root, who is also the only one for whom it can differ
        }

        if (file.Mode is { } mode)
        {
            Check(Libc.fchmod(Content, mode));
        }

        Check(Libc.fsync(Content));
        Check(file.Overwrite ? Libc.renameat(walk.Directory, file.Temporary, walk.Directory, name) : NameNew());
        WalkedFolder.SyncDirectory(walk.Directory);
    }

    protected override void Remove() => _ = Libc.unlinkat(walk.Directory, file.Temporary, 0);

    protected override void End() => walk.Dispose();

    /// <summary>A second name is refused where there is one already; a rename would replace it.</summary>
    private int NameNew()
    {
        var result = Libc.linkat(walk.Directory, file.Temporary, walk.Directory, name, 0);
        if (result != 0 && Marshal.GetLastPInvokeError() is NotPermitted or NotSupported)
        {
            // A file system without second names, such as FAT.
            return Libc.renameat2(walk.Directory, file.Temporary, walk.Directory, name, Libc.NoReplace);
        }

        if (result == 0)
        {
            Remove();
        }

        return result;
    }

    private void Check(int result)
    {
        if (result != 0)
        {
            throw Marshal.GetLastPInvokeError() is var error && error == Libc.Exists ? ConfinedFolder.IsThere(file.Path) : LinuxError.Of(error, file.Path);
        }
    }
}
