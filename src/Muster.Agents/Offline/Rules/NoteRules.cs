using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Agents.Offline.Rules;

/// <summary>Long-term notes.</summary>
internal static partial class NoteRules
{
    public static IReadOnlyList<OfflineRule> All { get; } =
    [
        new("memory_read", Recall, match => new JsonObject { ["query"] = match.Groups["q"].Value.Trim() }, AnswerRecall),
        new("memory_write", Remember, match => new JsonObject { ["text"] = match.Groups["text"].Value.Trim() }, AnswerRemember) { Verbatim = true, Tells = true },
    ];

    private static string AnswerRemember(ToolReply reply) => reply.Say($"Noted: {reply.Argument("text")}", $"记住了：{reply.Argument("text")}");

    private static string AnswerRecall(ToolReply reply)
    {
        if (reply.Part("notes") is not { ValueKind: JsonValueKind.Array } notes)
        {
            return Format.Block(reply.Text);
        }

        if (notes.GetArrayLength() == 0)
        {
            return reply.Argument("query") is { Length: > 0 } query
                ? reply.Say($"I remember nothing about \"{query}\".", $"我没有记得关于“{query}”的事。")
                : reply.Say("I remember nothing yet. `remember that …` makes a note.", "我还没有记住任何事。说“记住：……”就会记下来。");
        }

        return reply.Say("I remember:", "我记得：") + "\n" + string.Join('\n', notes.EnumerateArray().Select(note => Line(reply, note)));
    }

    private static string Line(ToolReply reply, JsonElement note)
    {
        var text = $"- {Format.Text(note, "text").ReplaceLineEndings(" ")}";
        return DateTimeOffset.TryParse(Format.Text(note, "at"), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at)
            ? text + reply.Say($" ({at.ToLocalTime().ToString("d MMMM yyyy", CultureInfo.InvariantCulture)})", $"（{at.ToLocalTime():yyyy 年 M 月 d 日}）")
            : text;
    }

    [GeneratedRegex("^(?:please )?(?:(?:remember|don't forget|do not forget|keep in mind|make a note|take a note|note down|note|memori[sz]e)(?: that|:)|remember|note down)\\s+(?<text>\\S.*)$|^(?:请|帮我|请帮我|你要)?(?:记住|记一下|记下来|记下|记个笔记|做个笔记|别忘了|不要忘记)(?:了)?[：:，,\\s]*(?<text>\\S.*)$", RegexOptions.IgnoreCase | RegexOptions.Singleline, 1000)]
    private static partial Regex Remember { get; }

    [GeneratedRegex(
        "^(?:(?:what|which things) do you (?:remember|know)(?: (?:about|of) (?!me$|us$)(?<q>.+)| about (?:me|us))?|what (?:did i|have i) (?:tell|told|ask|asked) you to remember(?: about (?<q>.+))?|do you remember (?:anything )?about (?<q>.+)"
        + "|(?:show|list|read)(?: me)?(?: all)?(?: of)?(?: the| my| your)? (?:notes|memories)(?: (?:about|on) (?<q>.+))?|search (?:the |my |your )?(?:notes|memory) for (?<q>.+)|(?:my )?notes"
        + "|(?:你)?(?:都)?(?:还)?(?:记得|记住了|记住|记了)(?:关于)?(?:我)?(?:些)?(?:什么|哪些|哪些事|啥)(?:了|东西)?|关于(?<q>.+?)(?:你)?(?:还)?记得(?:什么|些什么|哪些)|(?:查看|显示|列出|看看)?(?:我的|你的)?(?:笔记|记忆|备忘)(?:有哪些|列表)?|(?:在)?(?:笔记|记忆)(?:里|中)(?:查找|搜索|找)\\s*(?<q>.+))$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Recall { get; }
}
