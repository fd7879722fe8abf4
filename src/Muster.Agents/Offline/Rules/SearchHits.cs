namespace Muster.Agents.Offline.Rules;

/// <summary>What a search of files told.</summary>
/// <param name="Lines">The hits.</param>
/// <param name="Place">Where it looked, as part of a sentence.</param>
/// <param name="Note">That it ended early, if it did.</param>
internal sealed record SearchHits(IReadOnlyList<string> Lines, string Place, string Note)
{
    public static SearchHits Of(ToolReply reply)
    {
        var lines = reply.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToList();
        var early = lines.Count > 0 && lines[^1].StartsWith("[Stopped after ", StringComparison.Ordinal);
        var note = early ? "\n\n" + reply.Say(lines[^1].Trim('[', ']'), "搜索提前结束，结果可能不全；请在更小的文件夹里搜索。") : "";
        if (early)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        if (lines is [var only] && only.StartsWith("Nothing found in ", StringComparison.Ordinal))
        {
            lines.Clear();
        }

        var path = reply.Argument("path");
        return new SearchHits(
            lines,
            path is "." ? reply.Say("in the working folder", "工作文件夹里") : reply.Say($"in `{path}`", $"`{path}` 里"),
            note);
    }
}
