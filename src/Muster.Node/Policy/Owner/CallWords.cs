using System.Text.Json;
using System.Text.RegularExpressions;
using Muster.Agents.Tools;

namespace Muster.Node.Policy.Owner;

/// <summary>The words of a call that say what it does and to what: those of the tool's name, of a command, of paths and addresses.</summary>
internal sealed partial class CallWords
{
    private const int Longest = 100_000;
    private const int LimitMilliseconds = 1000;

    /// <summary>What is looked up or remembered is talk about things, and changes none.</summary>
    private static readonly HashSet<string> _talk = ["web", "memory_read", "memory_write", "nodes", "skill", "task_status", "system", "sensor", "schedule"];

    private readonly HashSet<string> _words;
    private readonly string _text;

    private CallWords(HashSet<string> words, string text) => (_words, _text) = (words, text);

    /// <summary>Null: the call can break no rule about things.</summary>
    public static CallWords? Of(string tool, JsonElement arguments)
    {
        if (_talk.Contains(tool))
        {
            return null;
        }

        var text = tool switch
        {
            "shell" or "run_background" => Command(Text(arguments, "command")) + Text(arguments, "cwd"),
            "file_write" or "file_edit" or "file_read" or "file_list" or "file_search" or "file_send" => Text(arguments, "path"),
            _ => Strings(arguments),
        };
        text = (text.Length <= Longest ? text : text[..Longest]).ToLowerInvariant();
        var words = Word().Matches(text).Concat(Word().Matches(Spaced().Replace(tool, "$1 $2").ToLowerInvariant())).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
        if (text.Contains('>', StringComparison.Ordinal) && tool is "shell" or "run_background")
        {
            words.Add(">");
        }

        return new CallWords(words, text);
    }

    public bool HasAny(IReadOnlySet<string> words) => _words.Overlaps(words);

    /// <summary>A path or a Chinese word may stand anywhere in the text; others are words.</summary>
    public bool Has(string word) => _words.Contains(word) || ((word[0] >= '\u4e00' || word.AsSpan().IndexOfAny("./~-_") >= 0) && _text.Contains(word, StringComparison.Ordinal));

    /// <summary>As it is written, and as the shell reads it: quotes inside a word are no part of it.</summary>
    private static string Command(string line) =>
        string.Concat(CommandSubject.Of(line.Length <= Longest ? line : line[..Longest]).SelectMany(subject => subject.Also.Prepend(subject.Shown)).Prepend(line).Select(words => words + " "));

    private static string Text(JsonElement arguments, string name) => Arguments.Find(arguments, name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    private static string Strings(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Object => string.Join(' ', value.EnumerateObject().Select(property => Strings(property.Value))),
        JsonValueKind.Array => string.Join(' ', value.EnumerateArray().Select(Strings)),
        _ => "",
    };

    [GeneratedRegex(@"[a-z0-9]+|[\u4e00-\u9fff]+", RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Word();

    [GeneratedRegex("([a-z0-9])([A-Z])", RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Spaced();
}
