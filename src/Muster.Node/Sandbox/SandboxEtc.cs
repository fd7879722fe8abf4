using System.Globalization;
using Muster.Node.Folders;

namespace Muster.Node.Sandbox;

/// <summary>The little of /etc that programs need: names, certificates, time zone, how to find libraries.</summary>
internal static class SandboxEtc
{
    private static readonly string[] _shared =
    [
        "alternatives", "ssl/certs", "ssl/openssl.cnf", "pki/tls/certs", "pki/tls/openssl.cnf", "pki/ca-trust/extracted",
        "ca-certificates", "ca-certificates.conf", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "timezone",
        "resolv.conf", "hosts", "nsswitch.conf", "host.conf", "gai.conf", "services", "protocols", "mime.types", "magic",
        "os-release", "locale.alias", "terminfo", "fonts", "dotnet", "perl", "python3", "maven", "xml", "sgml",
    ];

    public static IEnumerable<string> Arguments(SandboxOptions options)
    {
        foreach (var path in Paths())
        {
            yield return "--ro-bind";
            yield return path;
            yield return path;
        }

        foreach (var (name, content) in Accounts(options.User ?? Libc.geteuid(), options.User ?? Libc.getegid()))
        {
            yield return "--ro-bind";
            yield return Written(options.Home, name, content);
            yield return "/etc/" + name;
        }
    }

    /// <summary>What this machine has of it.</summary>
    public static IEnumerable<string> Paths() => _shared.Select(name => "/etc/" + name)
        .Concat(Directory.EnumerateDirectories("/etc", "java-*"))
        .Concat(Directory.EnumerateDirectories("/etc", "python3.*"))
        .Where(Path.Exists);

    /// <summary>Lists of users and groups with nobody of this machine on them: its own name its people.</summary>
    public static IEnumerable<(string Name, string Content)> Accounts(uint user, uint group)
    {
        var names = new SortedDictionary<uint, string> { [0] = "root", [65534] = "nobody" };
        names.TryAdd(user, "muster");
        yield return ("passwd", string.Concat(names.Select(entry =>
            string.Create(CultureInfo.InvariantCulture, $"{entry.Value}:x:{entry.Key}:{(entry.Key == user ? group : entry.Key)}::/tmp:/bin/sh\n"))));

        var groups = new SortedDictionary<uint, string> { [0] = "root", [65534] = "nogroup" };
        groups.TryAdd(group, "muster");
        yield return ("group", string.Concat(groups.Select(entry =>
            string.Create(CultureInfo.InvariantCulture, $"{entry.Value}:x:{entry.Key}:\n"))));
    }

    private static string Written(string home, string name, string content)
    {
        var folder = Path.Combine(home, "sandbox");
        var file = Path.Combine(folder, name);
        Directory.CreateDirectory(folder);
        OwnerOnly(folder, UnixFileMode.UserExecute);
        if (File.Exists(file) && File.ReadAllText(file) == content)
        {
            OwnerOnly(file);
            return file;
        }

        var temporary = string.Create(CultureInfo.InvariantCulture, $"{file}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}");
        File.WriteAllText(temporary, content);
        OwnerOnly(temporary);
        File.Move(temporary, file, overwrite: true);
        return file;
    }

    private static void OwnerOnly(string path, UnixFileMode more = UnixFileMode.None)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
        }
    }
}
