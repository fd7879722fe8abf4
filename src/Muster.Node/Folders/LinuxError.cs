using System.Runtime.InteropServices;
using Muster.Agents.Tools;

namespace Muster.Node.Folders;

internal static class LinuxError
{
    private const int NotPermitted = 1;
    private const int NoAccess = 13;
    private const int NoSpace = 28;
    private const int ReadOnlySystem = 30;
    private const int NameTooLong = 36;

    public static ToolException Of(int error, string path) => new(error switch
    {
        Libc.NoEntry => $"There is no \"{path}\".",
        Libc.NotDirectory => $"A part of \"{path}\" is not a folder.",
        Libc.TooManyLinks => $"\"{path}\" was changed while it was opened. Try again.",
        NotPermitted or NoAccess => $"\"{path}\" may not be opened: the user that runs the node ({Environment.UserName}) has no permission.",
        NoSpace => $"\"{path}\" was not written: the disk is full. Free some space and try again.",
        ReadOnlySystem => $"\"{path}\" is on a read-only file system.",
        NameTooLong => "A part of the path is too long for this file system.",
        _ => $"\"{path}\": {Marshal.GetPInvokeErrorMessage(error)}.",
    });
}
