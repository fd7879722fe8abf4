using System.Text.RegularExpressions;

namespace Muster.Agents.Offline;

/// <summary>A user's message as the rules look at it.</summary>
/// <param name="Raw">As typed, without space around it: for rules that take text word for word.</param>
/// <param name="Plain">Without politeness, closing punctuation and doubled spaces.</param>
internal sealed partial record Phrase(string Raw, string Plain, bool IsChinese)
{
    // A long message is not a plain request, and patterns need not look at it.
    private const int Longest = 4000;

    private Phrase? _told;

    /// <summary>The same with a machine's name at its end, which belongs to what is to be remembered or told.</summary>
    public Phrase Told => _told ?? this;

    public static Phrase Of(string message)
    {
        var raw = message.Trim();
        return new Phrase(raw, raw.Length > Longest ? "" : Simplify(raw), Chinese.IsMatch(raw));
    }

    /// <summary>A request to a machine of this name without its name, also where the rest is taken word for word; a command line stays as it is.</summary>
    public static Phrase To(string? machine, string message)
    {
        var text = message.Trim();
        if (machine is null || text.StartsWith('$') || text.StartsWith('/') || !text.Contains(machine, StringComparison.OrdinalIgnoreCase))
        {
            return Of(message);
        }

        var name = Regex.Escape(machine);
        var told = Without(
            text, $@"^(?:@{name}(?:\s*[:：,，]\s*|\s+)|(?:ask|tell|have)\s+{name}\s+to\s+|let\s+{name}\s+|(?:让|叫|请)\s*{name}\s*(?:上)?\s*|(?:在|去|到)?\s*{name}\s*(?:上面|上|里)\s*[,，:：]?\s*)");
        return Of(Without(told, $@"\s+(?:on|in)\s+{name}\s*[.!?。！？]*$")) with { _told = Of(told) };
    }

    private static string Without(string text, string pattern) => Regex.Replace(text, pattern, "", RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1));

    /// <summary>The same request without the machine that it names; null if it names none.</summary>
    public Phrase? WithoutMachine()
    {
        var plain = Simplify(MachineAfter.Replace(MachineBefore.Replace(Plain, ""), ""));
        return plain.Length == 0 || plain == Plain ? null : this with
        {
            Raw = MachineBefore.Replace(Raw, ""),
            Plain = plain,
            _told = Told with { Raw = MachineBefore.Replace(Told.Raw, ""), Plain = Simplify(MachineBefore.Replace(Told.Plain, "")) },
        };
    }

    private static string Simplify(string text)
    {
        var plain = Spaces.Replace(text, " ").Replace('’', '\'');
        plain = Closing.Replace(plain, "");
        plain = Opening.Replace(plain, "");
        return Thanks.Replace(plain, "").Trim();
    }

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}", RegexOptions.None, 1000)]
    private static partial Regex Chinese { get; }

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Spaces { get; }

    [GeneratedRegex(@"[\s.?!。？！~…]+$", RegexOptions.None, 1000)]
    private static partial Regex Closing { get; }

    [GeneratedRegex(
        @"^(?:(?:hey|hi|hello|ok|okay)(?: muster)?[,! ]+|muster[,:] ?|please,? |pls |(?:can|could|would|will) you (?:please )?(?:tell me )?|i (?:want|need|would like|'d like) (?:you )?to |tell me |你好[，,！! ]*|麻烦(?:你)?|请问|请你?|(?:能不能|能|可以|可不可以)(?=帮|给|告诉)|帮我|帮忙|给我|替我|告诉我|我想(?:知道|看看|要)?)+",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Opening { get; }

    [GeneratedRegex(@"(?:[, ]+(?:please|pls|thanks|thank you|for me))+$|[，, ]*(?:谢谢(?:你)?|好吗|可以吗)$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Thanks { get; }

    [GeneratedRegex(@"^(?:@[\p{L}\w.-]+[:：,，]?\s*|(?:on|in) [\w.-]+\s*[:,]\s*|在\s*[\p{L}\w.-]+?\s*上[,，:：]?\s*)", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex MachineBefore { get; }

    [GeneratedRegex(@"\s+(?:on|in) [\w.-]+$|\s*[@][\w.-]+$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex MachineAfter { get; }
}
