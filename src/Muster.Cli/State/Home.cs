namespace Muster.Cli.State;

/// <summary>MUSTER_HOME: where everything lies, and with which rights. docs/home.md is the list.</summary>
public sealed class Home
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateFolder = Private | UnixFileMode.UserExecute;

    public Home(string path) => Path = System.IO.Path.GetFullPath(path);

    public string Path { get; }

    public string ConfigurationFile => In("muster.yaml");
    public string HubDatabase => In("hub.db");
    public string NodeIdentity => In("node.json");

    /// <summary>What the machine inside <c>up</c>, <c>ask</c> and <c>chat</c> keeps as a node of this home's own hub; apart from the fleet that it joined.</summary>
    public string Standalone => In("standalone");
    public string Credentials => In("credentials.json");
    public string Login => In("login.json");
    public string LockFile => In("run", "hub.lock");
    public string NodeLockFile => In("run", "node.lock");
    public string HubFile => In("run", "hub.json");
    public string Tls => In("tls");
    public string Trusted => In("trusted.json");
    public string Skills => In("skills");
    public string Logs => In("logs");
    public string Work => In("work");
    public string History => In("run", "chat_history");
    public string LastConversation => In("run", "last_conversation");

    public bool Exists => Directory.Exists(Path);

    public string In(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Makes the folders that commands write to.</summary>
    public void Create()
    {
        Folder(Path);
        Folder(In("run"));
        Folder(Logs);
    }

    public static void Folder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, PrivateFolder);
        }
    }

    /// <summary>Writes whole or not at all, readable by its owner alone.</summary>
    public static void Write(string path, string text)
    {
        Folder(System.IO.Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Private;
        }

        using (var writer = new StreamWriter(temporary, options))
        {
            writer.Write(text);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>The text of a file, or null when there is none.</summary>
    public static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Files and folders directly in the home that others than their owner can open.</summary>
    public IEnumerable<string> ReadableByOthers()
    {
        if (OperatingSystem.IsWindows() || !Exists)
        {
            yield break;
        }

        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        if ((File.GetUnixFileMode(Path) & others) != UnixFileMode.None)
        {
            yield return Path;
        }

        foreach (var file in Directory.EnumerateFiles(Path).Concat(Directory.Exists(Tls) ? Directory.EnumerateFiles(Tls) : []))
        {
            if ((File.GetUnixFileMode(file) & others) != UnixFileMode.None)
            {
                yield return file;
            }
        }
    }
}
