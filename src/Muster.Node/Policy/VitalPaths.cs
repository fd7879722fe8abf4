using System.IO.Enumeration;
using System.Text.RegularExpressions;
using Muster.Node.Policy.Shell;

namespace Muster.Node.Policy;

/// <summary>Folders whose loss is the loss of the system or of a person's home, however they are spelled.</summary>
internal static partial class VitalPaths
{
    // {a,b}{c,d}... multiply; nobody who errs writes more than this.
    private const int MostChoices = 200;

    private static readonly string[] _top =
    [
        "bin", "boot", "dev", "etc", "home", "lib", "lib32", "lib64", "opt", "proc", "root", "run", "sbin", "srv", "sys", "usr",
        "var", "Users", "System", "Library", "Applications", "private", "nix", "mnt", "media",
    ];

    private static readonly string[] _second =
    [
        "usr/bin", "usr/sbin", "usr/lib", "usr/lib64", "usr/share", "usr/local", "usr/include", "var/lib", "var/log",
        "etc/ssh", "etc/pam.d", "etc/systemd", "lib/modules", "boot/efi", "home/*", "Users/*",
    ];

    public static bool Contains(ShellWord word, string? cwd) =>
        Braces(word.Text, 0).Take(MostChoices).Any(text => Unix(text, cwd)) || WindowsPath().IsMatch(word.Raw);

    /// <summary>Where a <c>cd</c> leads, in the same spelling: absolute, or from <c>~</c>; null when nobody can say.</summary>
    public static string? Join(string? cwd, string path)
    {
        path = Home(path);
        return path is ['/' or '~', ..] ? path : path is "" or ['$', ..] or ['-', ..] ? null : cwd is null ? null : cwd + "/" + path;
    }

    public static bool IsDevice(string path) => Device().IsMatch(Plain(path));

    /// <summary>Where a written letter restarts or stops the kernel.</summary>
    public static bool IsTrigger(string path) => Plain(path) == "/proc/sysrq-trigger";

    /// <summary>Files without which nobody logs in or nothing starts.</summary>
    public static bool IsVitalFile(string path) =>
        Plain(path) is "/etc/passwd" or "/etc/shadow" or "/etc/group" or "/etc/gshadow" or "/etc/fstab" or "/etc/sudoers";

    /// <summary>Whether a path would be the root of everything, were its unknown variables not set: <c>$DIR/*</c>.</summary>
    public static bool IsRootIfUnset(ShellWord word) =>
        word.IfUnset != word.Text && word.IfUnset is ['/', ..] && word.IfUnset.All(c => c is '/' or '*' or '.' or '?');

    /// <summary>An absolute path without <c>//</c>, <c>/./</c> and <c>..</c>.</summary>
    public static string Plain(string path)
    {
        if (path is not ['/', ..])
        {
            return path;
        }

        var parts = new List<string>();
        foreach (var part in path.Split('/').Where(part => part is not ("" or ".")))
        {
            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
        }

        return "/" + string.Join('/', parts);
    }

    private static bool Unix(string text, string? cwd)
    {
        text = Bracketed().Replace(text, "?");
        var path = Join(cwd, text) ?? Home(text);
        var parts = new List<string>();
        var above = false;
        foreach (var part in path.Split('/').Where(part => part is not ("" or ".")))
        {
            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count > 0 && parts[^1] != "~")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else
            {
                above = true;
            }
        }

        while (parts.Count > 0 && parts[^1].All(c => c is '*' or '?' or '.' or '[' or ']' or '!'))
        {
            parts.RemoveAt(parts.Count - 1);
        }

        return parts switch
        {
            [] => above || path is ['/', ..],
            [['~', ..]] => true,
            [var top] => path is ['/', ..] && _top.Any(name => Matches(top, name)),
            [var top, var second] => path is ['/', ..]
                && _second.Select(name => name.Split('/')).Any(name => Matches(top, name[0]) && (name[1] == "*" || Matches(second, name[1]))),
            _ => false,
        };
    }

    private static bool Matches(string pattern, string name) =>
        FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    private static string Home(string path) =>
        path.StartsWith("$HOME", StringComparison.Ordinal) ? "~" + path[5..] : path;

    // /{bin,etc} is two paths.
    private static IEnumerable<string> Braces(string text, int depth)
    {
        var open = text.IndexOf('{', StringComparison.Ordinal);
        var close = open < 0 ? -1 : text.IndexOf('}', open);
        return close < 0 || depth == 4
            ? [text]
            : text[(open + 1)..close].Split(',').SelectMany(choice => Braces(text[..open] + choice + text[(close + 1)..], depth + 1));
    }

    [GeneratedRegex(@"\[[^\]/]*\]", RegexOptions.NonBacktracking)]
    private static partial Regex Bracketed();

    [GeneratedRegex(
        @"^([a-z]:[\\/]*(windows|users|program files[^\\/]*|programdata)?|%(systemroot|windir|systemdrive|userprofile|homedrive|programfiles)%|\$env:(systemroot|windir|systemdrive|userprofile|homedrive|programfiles))([\\/]+\*?(\.\*)?)*\*?$",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex WindowsPath();

    [GeneratedRegex(
        @"^/dev/(sd|hd|vd|xvd|nvme|mmcblk|md|dm-|mapper/|disk|rdisk|loop|nbd|mtd|zd|ram|mem$|kmem$|port$)|^\\\\\.\\physicaldrive",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Device();
}
