namespace Muster.Protocol.Archives.Folders;

/// <summary>Tells devices, pipes and sockets from files, without opening them.</summary>
public static class SpecialFile
{
    /// <returns>False as well where nothing is there, and where the system cannot be asked.</returns>
    public static bool IsAt(string path)
    {
        if (!LinuxCalls.Supported || !Path.Exists(path))
        {
            return false;
        }

        using var root = LinuxCalls.OpenRoot("/");
        using var found = LinuxCalls.Open(root, Path.GetFullPath(path), LinuxCalls.PathOnly);
        return found is not null && LinuxCalls.Kind(found) == ItemKind.Other;
    }
}
