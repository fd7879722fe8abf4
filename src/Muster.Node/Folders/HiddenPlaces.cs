namespace Muster.Node.Folders;

/// <summary>
/// What no tool may see, even inside the working folder: Muster's own state and a person's keys.
/// The sandbox covers these, the file tools refuse them.
/// </summary>
internal sealed record HiddenPlaces(IReadOnlyList<string> Paths)
{
    private static readonly string[] _secrets =
    [
        ".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".config/gcloud", ".config/gh",
        ".password-store", ".local/share/keyrings", ".netrc", ".git-credentials", ".pgpass",
    ];

    /// <param name="musterHome">MUSTER_HOME.</param>
    /// <param name="userHome">The home of the user the node runs as; empty if it has none.</param>
    public static HiddenPlaces Of(string musterHome, string userHome) => new(
    [
        RealPath.Of(musterHome),
        .. userHome.Length == 0 ? [] : _secrets.Select(name => RealPath.Of(Path.Combine(userHome, name))),
    ]);

    /// <summary>Those that exist below a folder, the folder itself left out.</summary>
    public IEnumerable<string> Inside(string folder) =>
        Paths.Where(path => path != folder && RealPath.IsInside(path, folder) && Path.Exists(path));
}
