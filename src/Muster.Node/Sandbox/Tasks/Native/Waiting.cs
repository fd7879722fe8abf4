using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Muster.Node.Sandbox.Tasks.Native;

/// <summary>Waits until one of a few handles has something to say.</summary>
internal sealed partial class Waiting(params SafeFileHandle[] handles)
{
    private const short Input = 1;

    private readonly Entry[] _entries = [.. handles.Select(handle => new Entry { Handle = (int)handle.DangerousGetHandle(), Asked = Input })];

    public bool this[int index] => _entries[index].Seen != 0;

    public void Forget(int index) => _entries[index] = new Entry { Handle = -1 };

    /// <returns>Whether any had, before the time was over.</returns>
    public bool For(TimeSpan? limit)
    {
        var milliseconds = limit is { } time ? (int)Math.Clamp(Math.Ceiling(time.TotalMilliseconds), 0, int.MaxValue) : -1;
        int count;
        do
        {
            count = poll(_entries, (nuint)_entries.Length, milliseconds);
        }
        while (count < 0 && Marshal.GetLastPInvokeError() == Linux.Interrupted);

        Linux.Check(count, "poll");
        return count > 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll([In, Out] Entry[] entries, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public int Handle;
        public short Asked;
        public short Seen;
    }
}
