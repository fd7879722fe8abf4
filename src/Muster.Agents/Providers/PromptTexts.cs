using Muster.Agents.Messages;

namespace Muster.Agents.Providers;

/// <summary>How what no provider takes as it is is put into words.</summary>
internal static class PromptTexts
{
    public static string ToolResult(ToolResultMessage result, int images) => result.Text switch
    {
        { Length: > 0 } text => text,
        _ when images > 0 => "(see the images below)",
        _ => "(no output)",
    };
}
