using System.Collections.Frozen;

namespace Muster.Agents.Offline.Rules;

/// <summary>Kinds of files by the words that people have for them.</summary>
internal static class FileKinds
{
    private static readonly FrozenDictionary<string, string> _words = new Dictionary<string, string>
    {
        ["python"] = "*.py", ["javascript"] = "*.{js,mjs,cjs,jsx}", ["typescript"] = "*.{ts,tsx}", ["c#"] = "*.cs", ["csharp"] = "*.cs", ["c++"] = "*.{cpp,cc,hpp}",
        ["rust"] = "*.rs", ["ruby"] = "*.rb", ["golang"] = "*.go", ["shell"] = "*.sh", ["markdown"] = "*.{md,markdown}", ["text"] = "*.txt", ["文本"] = "*.txt",
        ["yaml"] = "*.{yml,yaml}", ["excel"] = "*.{xls,xlsx}", ["word"] = "*.{doc,docx}", ["表格"] = "*.{xls,xlsx,csv,ods}",
        ["image"] = Images, ["images"] = Images, ["picture"] = Images, ["pictures"] = Images, ["photo"] = Images, ["photos"] = Images, ["图片"] = Images, ["照片"] = Images,
        ["video"] = Videos, ["videos"] = Videos, ["视频"] = Videos, ["music"] = Music, ["audio"] = Music, ["音乐"] = Music, ["音频"] = Music,
        ["log"] = "*.log", ["日志"] = "*.log",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    // Others have to be written with the dot: "list all big files" is not about an ending.
    private static readonly FrozenSet<string> _endings = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "txt", "md", "py", "js", "ts", "tsx", "jsx", "cs", "c", "h", "cpp", "hpp", "java", "go", "rs", "rb", "php", "sh", "json", "yml", "xml", "html", "css", "csv",
        "pdf", "jpg", "jpeg", "png", "gif", "svg", "webp", "mp3", "wav", "flac", "mp4", "mkv", "mov", "zip", "tar", "gz", "doc", "docx", "xls", "xlsx", "ppt", "pptx",
        "toml", "ini", "conf", "sql", "ipynb", "tex", "lua", "kt", "swift", "proto", "bat", "ps1", "iso", "epub", "odt", "ods");

    private const string Images = "*.{jpg,jpeg,png,gif,webp,heic,svg}";
    private const string Videos = "*.{mp4,mkv,mov,avi,webm}";
    private const string Music = "*.{mp3,flac,wav,ogg,m4a}";

    /// <summary>Null if it is no word for a kind of file.</summary>
    public static string? Glob(string word)
    {
        var ending = word.TrimStart('*').TrimStart('.');
        return ending.Length == 0 ? null
            : ending.Length < word.Length ? $"*.{ending}"
            : _words.GetValueOrDefault(word) ?? (_endings.Contains(word) ? $"*.{ending.ToLowerInvariant()}" : null);
    }
}
