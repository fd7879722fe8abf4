using Muster.Cli.Jobs;
using Muster.Cli.Terminal;
using Muster.Client;

namespace Muster.Cli.Talk;

/// <summary>Files that came with an answer: where they are, or saved into a folder.</summary>
/// <param name="folder">Null: nothing is saved.</param>
internal sealed class SentFiles(CommandContext context, MusterClient client, string? folder)
{
    private readonly List<FileSent> _files = [];

    public void Add(FileSent file) => _files.Add(file);

    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (folder is null)
        {
            return;
        }

        foreach (var file in _files)
        {
            Directory.CreateDirectory(folder);
            var path = Free(Path.Combine(folder, Name(file)));
            var size = await client.Artifacts.DownloadAsync(file.Sha256, path, cancellationToken: cancellationToken);
            context.Printer.Note($"Saved {Ansi.Harmless(path)} ({JobText.Bytes(size)}).");
        }
    }

    public static string Line(FileSent file) =>
        $"📎 {Ansi.Harmless(file.Name)} ({JobText.Bytes(file.Size)})  muster artifact get {Ansi.Harmless(file.Sha256)} {Quoted(Name(file))}";

    /// <summary>It comes from another machine: a name alone, and none that this system would not take.</summary>
    private static string Name(FileSent file)
    {
        var name = new string([.. file.Name.Where(letter => !Path.GetInvalidFileNameChars().Contains(letter) && !char.IsControl(letter))]).Trim();
        return name is "" or "." or ".." ? file.Sha256 : Ansi.Harmless(name);
    }

    private static string Quoted(string name) => name.All(letter => char.IsLetterOrDigit(letter) || letter is '.' or '-' or '_') ? name : $"'{name.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Free(string path)
    {
        var (start, end) = (Path.Combine(Path.GetDirectoryName(path)!, Path.GetFileNameWithoutExtension(path)), Path.GetExtension(path));
        for (var number = 2; File.Exists(path); number++)
        {
            path = $"{start} ({number}){end}";
        }

        return path;
    }
}
