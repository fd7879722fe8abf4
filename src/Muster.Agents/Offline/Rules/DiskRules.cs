using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Agents.Offline.Rules;

internal static partial class DiskRules
{
    public static IReadOnlyList<OfflineRule> All { get; } =
        [new("system", Asked, _ => new JsonObject { ["section"] = "disk" }, Answer)];

    private static string Answer(ToolReply reply)
    {
        if (reply.Part("disks") is not { ValueKind: JsonValueKind.Array } disks || disks.GetArrayLength() == 0)
        {
            return reply.Say("No disks were reported.", "没有报告任何磁盘。");
        }

        var rows = disks.EnumerateArray().Select(Disk.Of).OrderBy(disk => disk.Mount, StringComparer.Ordinal).ToList();
        var first = rows[0];
        List<string> lines =
        [
            reply.Say(
                $"{Format.Bytes(first.Free)} of {Format.Bytes(first.Total)} are free on {first.Mount}.",
                $"{first.Mount} 还剩 {Format.Bytes(first.Free)}，共 {Format.Bytes(first.Total)}。"),
            "",
            reply.Say("| disk | total | used | free | in use |", "| 磁盘 | 总量 | 已用 | 剩余 | 使用率 |"),
            "|---|---:|---:|---:|---:|",
            .. rows.Select(disk => $"| {Format.Cell(disk.Mount)} | {Format.Bytes(disk.Total)} | {Format.Bytes(disk.Used)} | {Format.Bytes(disk.Free)} | {disk.InUse} |"),
        ];
        return string.Join('\n', lines);
    }

    private sealed record Disk(string Mount, long Total, long Used, long Free)
    {
        /// <summary>Of what may be used at all, rounded up: as df counts.</summary>
        public string InUse => Used + Free <= 0 ? "?" : $"{Math.Ceiling(100.0 * Used / (Used + Free)):0} %";

        public static Disk Of(JsonElement json) => new(
            Format.Text(json, "mount"), Format.Number(json, "total_bytes"), Format.Number(json, "used_bytes"), Format.Number(json, "free_bytes"));
    }

    private const string Noun = "(?:free |available |remaining |used |total |left )*(?:hard |local )?(?:disks?|drives?|storage|hdd|ssd|space|disk drives?)(?: (?:space|usage|storage|capacity|status|info|drives?|disks?))*";
    private const string Tail = "(?: (?:is|are|do (?:i|we) (?:still )?have|have i got|does (?:it|this machine) have|there is|there|has))?(?: (?:free|left|available|remaining|used|full|in use|still free|still|over|there))*";

    [GeneratedRegex(
        "^(?:(?:how much (?:of )?(?:the |my )?|how full (?:is|are) (?:the |my )?|how many (?:gb|gigabytes|gigs) (?:of )?|is (?:there |the |my )?(?:any |enough |still )*|are (?:the |my )?|do (?:i|we) (?:still )?have (?:any |enough )?|am i running out of |are we running out of |" + Wording.Show + ")" + Noun + Tail + Wording.Here
        + "|df(?: -[hHkT]+)?|how (?:big|large) (?:is|are) (?:the |my )?(?:hard )?(?:disks?|drives?)" + Wording.Here + "|(?:what(?:'s| is) the )?(?:size of the disk|disk size)" + Wording.Here
        + "|how much (?:room|space) (?:is|do (?:i|we) have)(?: (?:left|free|available))?" + Wording.Here
        + "|" + Wording.查看 + Wording.本机 + Wording.现在 + "(?:磁盘|硬盘|存储|储存|空间|固态硬盘)(?:空间|容量|使用|占用|剩余)*(?:" + Wording.现在 + ")" + Wording.多少 + "(?:空间|容量)?(?:可用|可以用|剩余|能用)?(?:吗|了吗|呢)?"
        + "|" + Wording.本机 + "(?:还有|还剩|还剩下|剩余|剩下)(?:多少|多大)(?:可用)?(?:的)?(?:磁盘|硬盘|存储)?(?:空间|容量)(?:可用|可以用)?"
        + "|" + Wording.查看 + "(?:剩余|可用|空闲)(?:的)?(?:磁盘|硬盘|存储)?(?:空间|容量)(?:有)?(?:多少)?|(?:磁盘|硬盘)(?:快)?(?:要)?(?:满|用完)(?:了)?(?:吗|没|没有)|" + Wording.查看 + Wording.本机 + "(?:磁盘|硬盘)(?:有)?(?:多大|大小))$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Asked { get; }
}
