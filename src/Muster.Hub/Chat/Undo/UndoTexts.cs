using System.Text;
using Muster.Protocol.Wire;

namespace Muster.Hub.Chat.Undo;

/// <summary>Names of machines that have not said what they brought back.</summary>
/// <param name="Away">They were not told to.</param>
/// <param name="Silent">They were, and do it as soon as they hear of it.</param>
internal sealed record UndoMissing(IReadOnlyList<string> Away, IReadOnlyList<string> Silent)
{
    public static UndoMissing None { get; } = new([], []);
}

/// <summary>What a person reads of what can come back, and of what did.</summary>
internal sealed class UndoTexts(bool chinese)
{
    private const int Most = 20;

    public string Busy(string node) => chinese ? $"{node} 正在工作。先用 /stop 停止，再 /undo。" : $"{node} is working. End that first (/stop), then /undo.";

    public string Nothing => chinese ? "没有可以撤销的更改。" : "Nothing here was changed that could be taken back.";

    public string Usage => chinese ? "/undo 撤销最近一条消息所做的更改；/undo yes 不再询问。" : "/undo takes back what was done for the newest message; /undo yes does so without asking.";

    public string Unreachable(IEnumerable<string> nodes) => chinese
        ? $"联系不到 {string.Join("、", nodes)}；等它在线后再 /undo。"
        : $"{string.Join(", ", nodes)} cannot be reached; /undo again when it is online.";

    /// <summary>What would happen, and the question.</summary>
    /// <param name="leaves">What cannot come back is not asked about again.</param>
    public string Preview(string message, IReadOnlyList<(string Node, UndoLine Line)> lines, IReadOnlyList<string> missing, bool leaves)
    {
        var text = new StringBuilder(chinese ? $"撤销“{message}”：" : $"To take back what was done for \"{message}\":");
        var back = lines.Where(line => line.Line.State == "back").ToList();
        if (back.Count > 0)
        {
            text.Append('\n').Append(chinese ? "可以恢复：" : "Comes back:");
            Add(text, back.Select(line => $"{line.Line.Subject} ({line.Node})"));
        }

        AddRest(text, lines, new UndoMissing(missing, []));
        return text.Append('\n').Append((back.Count > 0, leaves, missing.Count > 0) switch
        {
            (true, _, _) => chinese ? "要恢复能恢复的部分吗？回复“好”。" : "Answer \"yes\" to take back what can be.",
            (_, true, _) => chinese ? "没有可以恢复的。再次 /undo 会处理之前的请求。" : "So nothing can be taken back. /undo again goes on with the request before.",
            (_, _, true) => chinese ? "没有可以恢复的；等联系不到的机器在线后再 /undo。" : "So nothing can be taken back now: /undo again when what cannot be reached is online.",
            _ => chinese ? "现在没有可以恢复的。/undo 再试一次；/undo yes 放弃它，之后处理更早的请求。" : "So nothing can be taken back now. /undo tries it again; /undo yes leaves it, and the next /undo goes on with the request before.",
        }).ToString();
    }

    /// <summary>What happened.</summary>
    public string Done(string message, IReadOnlyList<(string Node, UndoLine Line)> lines, UndoMissing missing)
    {
        var back = lines.Where(line => line.Line.State == "back").Select(line => $"{line.Line.Subject} ({line.Node})").ToList();
        var text = new StringBuilder(back.Count == 0 ? (chinese ? "没有恢复任何文件。" : "Nothing was taken back.") : chinese ? $"已撤销“{message}”的更改：" : $"Taken back what was done for \"{message}\":");
        Add(text, back);
        AddRest(text, lines, missing);
        return text.ToString();
    }

    private void AddRest(StringBuilder text, IReadOnlyList<(string Node, UndoLine Line)> lines, UndoMissing missing)
    {
        var rest = lines.Where(line => line.Line.State != "back").Select(line => $"{line.Line.Subject} ({line.Node}): {Why(line.Line)}")
            .Concat(missing.Away.Select(node => chinese ? $"{node} 上的更改：联系不到它" : $"what {node} changed: it cannot be reached")).ToList();
        if (rest.Count > 0)
        {
            text.Append('\n').Append(chinese ? "不能恢复：" : "Does not come back:");
            Add(text, rest);
        }

        foreach (var node in missing.Silent)
        {
            text.Append('\n').Append(chinese ? $"{node} 没有回答：一联系上就会撤销，并在这里告知。" : $"{node} has not answered: it takes back its part as soon as it can be reached, and this conversation is told.");
        }
    }

    private string Why(UndoLine line) => line.State switch
    {
        "stays" => chinese ? "它的效果无法撤销" : "what it did stays",
        "changed" => chinese ? "之后又被改过" : "it was changed since",
        _ => line.Note,
    };

    private void Add(StringBuilder text, IEnumerable<string> items)
    {
        var all = items.ToList();
        foreach (var item in all.Take(Most))
        {
            text.Append("\n  ").Append(item);
        }

        if (all.Count > Most)
        {
            text.Append("\n  ").Append(chinese ? $"…… 还有 {all.Count - Most} 项" : $"… and {all.Count - Most} more");
        }
    }
}
