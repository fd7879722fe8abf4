using System.Text.RegularExpressions;

namespace Muster.Hub.Routing;

/// <summary>A yes or a no that is the whole message, in English and Chinese.</summary>
public static partial class AnswerWords
{
    /// <summary>Meant for what was asked before, and so a message that means nothing by itself.</summary>
    public static bool Is(string text) =>
        IsYes(text) || IsNo(text) || Bare(text) is "approve" or "allow" or "deny" or "批准" or "允许" or "同意" or "拒绝";

    /// <summary>A plain no to an offer.</summary>
    public static bool IsNo(string text) =>
        Bare(text) is "no" or "n" or "nope" or "no thanks" or "no thank you" or "don't" or "cancel" or "never mind" or "不" or "不用" or "不要" or "不用了" or "不了谢谢" or "不用谢谢" or "算了" or "取消";

    /// <summary>A plain yes to an offer.</summary>
    public static bool IsYes(string text) =>
        Bare(text) is "yes" or "y" or "ok" or "okay" or "sure" or "yes please" or "please" or "do it" or "好" or "好的" or "是" or "是的" or "可以" or "行" or "嗯";

    private static string Bare(string text) => Marks().Replace(text.Trim().ToLowerInvariant(), "");

    [GeneratedRegex(@"[。！，]|[.!,]+(?=\s|$)", RegexOptions.CultureInvariant, 200)]
    private static partial Regex Marks();
}
