using Muster.Protocol.Archives.Folders;

namespace Muster.Protocol.Archives;

/// <summary>
/// ZIP files from and for people who are not trusted. Nothing is ever written outside of the folder that is named, no link is followed,
/// and everything has a limit. Archives are read from seekable streams that nobody writes to meanwhile.
/// </summary>
public static class SafeZip
{
    /// <summary>Reads the directory and holds it against the headers before the data, without unpacking anything.</summary>
    /// <exception cref="ArchiveException">The archive is damaged, made to harm, or above a limit.</exception>
    public static ArchiveContents Check(Stream archive, ArchiveLimits limits)
    {
        if (!archive.CanSeek)
        {
            throw new ArgumentException("A ZIP is read from its end: the stream must be seekable.", nameof(archive));
        }

        try
        {
            return ZipDirectory.Read(archive, limits);
        }
        catch (EndOfStreamException)
        {
            throw ZipEnd.Damaged("it ends too early");
        }
    }

    /// <summary>
    /// Checks and unpacks. What is there already stays, and is in the way; modes are the owner's alone, times are now. On any failure,
    /// and when cancelled, everything that was unpacked is removed again.
    /// </summary>
    /// <param name="folder">Is made when it is not there; its parent must be. Nobody else may be changing it meanwhile.</param>
    /// <exception cref="ArchiveException">The archive is damaged, made to harm, or above a limit.</exception>
    /// <exception cref="IOException">The disk is full, or something is in the way.</exception>
    public static async Task<ArchiveContents> ExtractAsync(Stream archive, string folder, ArchiveLimits limits, CancellationToken cancel)
    {
        var contents = Check(archive, limits);
        var made = !Directory.Exists(folder);
        if (made)
        {
            using var above = ArchiveFolder.Open(Path.GetDirectoryName(Path.GetFullPath(folder))!);
            above.CreateFolder(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))));
        }

        using var target = ArchiveFolder.Open(folder);
        var unpacking = new Unpacking(archive, target);
        try
        {
            foreach (var entry in contents.Entries)
            {
                await unpacking.AddAsync(entry, cancel);
            }

            return contents;
        }
        catch
        {
            unpacking.Undo();
            if (made)
            {
                Directory.Delete(folder);
            }

            throw;
        }
    }

    /// <summary>
    /// Packs regular files, in the order of their paths and with one fixed time, so that the same files make the same archive. Links,
    /// pipes, devices and what cannot be read are left out and named in the report; of a file that grows, what was there at first is packed.
    /// </summary>
    /// <param name="files">Paths below the folder, with <c>/</c>; null: everything.</param>
    /// <param name="to">Need not be seekable; stays open. On failure holds an archive without an end.</param>
    /// <exception cref="ArchiveException">There is more than the limits allow.</exception>
    public static async Task<PackReport> PackAsync(string folder, IReadOnlyList<string>? files, Stream to, ArchiveLimits limits, CancellationToken cancel)
    {
        using var source = ArchiveFolder.Open(folder);
        var packing = new Packing(source, limits);
        await packing.WriteAsync(files, to, cancel);
        return packing.Report;
    }

    /// <summary>As the other, everything in the folder, with files of the caller's own besides.</summary>
    /// <param name="own">Files elsewhere by their names in the archive; they come before what the folder has by these names. One that is not there is empty.</param>
    /// <param name="leftOut">Paths below the folder that are not packed.</param>
    public static async Task<PackReport> PackAsync(
        string folder, IReadOnlyDictionary<string, string> own, Predicate<string> leftOut, Stream to, ArchiveLimits limits, CancellationToken cancel)
    {
        using var source = ArchiveFolder.Open(folder);
        var packing = new Packing(source, limits) { Own = own, LeftOut = path => own.ContainsKey(path) || leftOut(path) };
        await packing.WriteAsync(null, to, cancel);
        return packing.Report;
    }
}
