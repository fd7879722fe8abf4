using Muster.Agents.Messages;

namespace Muster.Agents.Providers;

/// <summary>How parts of a context that no provider knows are put into words.</summary>
internal static class PromptTexts
{
    public static string Summary(SummaryMessage summary) =>
        $"The conversation before this point was compacted into this summary:\n\n<summary>\n{summary.Text}\n</summary>";

    public static string ToolResult(ToolResultMessage result, int images) => result.Text switch
    {
        { Length: > 0 } text => text,
        _ when images > 0 => "(see the images below)",
        _ => "(no output)",
    };
}
