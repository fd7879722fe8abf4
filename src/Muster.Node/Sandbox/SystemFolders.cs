namespace Muster.Node.Sandbox;

/// <summary>Where this machine's programs and libraries are.</summary>
internal static class SystemFolders
{
    // NixOS keeps every program in the latter two.
    private static readonly string[] _whole = ["/usr", "/nix/store", "/run/current-system/sw"];
    private static readonly string[] _linked = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

    public static IEnumerable<string> Whole => _whole.Where(Directory.Exists);

    /// <summary>Links into /usr on most machines, folders on some.</summary>
    public static IEnumerable<string> Linked => _linked.Where(Directory.Exists);
}
