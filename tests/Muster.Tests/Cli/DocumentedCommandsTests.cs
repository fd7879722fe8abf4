using System.Text.RegularExpressions;
using Muster.Tests.Tidy;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli;

/// <summary>What the documents tell people to type is there: each command and each of its options is in the program's own help.</summary>
public sealed partial class DocumentedCommandsTests : IDisposable
{
    private readonly Cockpit _cockpit = new();
    private readonly Dictionary<string, (HashSet<string> Commands, HashSet<string> Options)> _helps = new(StringComparer.Ordinal);

    public static TheoryData<string> Documents =>
        [.. new[] { "README.md", "README.zh.md", "CONTRIBUTING.md" }.Concat(Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "docs"), "*.md").Select(file => "docs/" + Path.GetFileName(file)).Order())];

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Commands_InTheDocuments_AreInTheHelp(string document)
    {
        var missing = new List<string>();
        foreach (Match written in Written.Matches(await File.ReadAllTextAsync(Path.Combine(SourceTree.Root, document), TestContext.Current.CancellationToken)))
        {
            foreach (var variant in Variants(written.Groups["line"].Value))
            {
                if (await MissingAsync(variant) is { } word)
                {
                    missing.Add($"{word} in: muster {string.Join(' ', variant)}");
                }
            }
        }

        missing.ShouldBeEmpty();
    }

    public void Dispose() => _cockpit.Dispose();

    /// <summary>The first word that the program does not know.</summary>
    private async Task<string?> MissingAsync(IReadOnlyList<string> words)
    {
        var path = new List<string>();
        var inPath = true;
        foreach (var word in words.TakeWhile(word => word != "--"))
        {
            var help = await HelpAsync(path);
            if (word.StartsWith("--", StringComparison.Ordinal))
            {
                inPath = false;
                if (!help.Options.Contains(word))
                {
                    return word;
                }
            }
            else if (inPath && help.Commands.Contains(word))
            {
                path.Add(word);
            }
            else if (inPath && help.Commands.Count > 0 && Plain.IsMatch(word))
            {
                return word;
            }
            else
            {
                inPath = false;
            }
        }

        return null;
    }

    private async Task<(HashSet<string> Commands, HashSet<string> Options)> HelpAsync(IReadOnlyList<string> path)
    {
        var key = string.Join(' ', path);
        if (!_helps.TryGetValue(key, out var help))
        {
            _cockpit.Out.GetStringBuilder().Clear();
            (await _cockpit.RunAsync([.. path, "--help"])).ShouldBe(0, key);
            var text = _cockpit.Out.ToString();
            var commands = text.IndexOf("\nCommands:", StringComparison.Ordinal);
            help = (
                commands < 0 ? [] : [.. CommandNames.Matches(text[commands..]).Select(match => match.Groups[1].Value)],
                [.. OptionNames.Matches(text).Select(match => match.Value)]);
            _helps[key] = help;
        }

        return help;
    }

    /// <summary>"list|show" is two, and what stands in brackets may be left out.</summary>
    private static IEnumerable<IReadOnlyList<string>> Variants(string line)
    {
        IEnumerable<List<string>> all = [[]];
        foreach (var word in line.Replace("\\|", "|", StringComparison.Ordinal).Split(Ends, 2, StringSplitOptions.None)[0]
            .Split([' ', '[', ']'], StringSplitOptions.RemoveEmptyEntries).TakeWhile(word => !word.Contains('"', StringComparison.Ordinal)))
        {
            var either = word.Split('|', StringSplitOptions.RemoveEmptyEntries);
            all = [.. all.SelectMany(begun => either.Select(one => (List<string>)[.. begun, one.TrimEnd('.', ',', ')', ';', ':')]))];
        }

        return all;
    }

    private static readonly string[] Ends = [" | ", " && ", " #", "  "];

    [GeneratedRegex(@"(?:`|^ *(?:\./)?|&& )muster (?<line>[a-z-][^`\n]*)", RegexOptions.Multiline, 1000)]
    private static partial Regex Written { get; }

    [GeneratedRegex("^[a-z]+$", RegexOptions.None, 1000)]
    private static partial Regex Plain { get; }

    [GeneratedRegex("^  ([a-z]+)", RegexOptions.Multiline, 1000)]
    private static partial Regex CommandNames { get; }

    [GeneratedRegex("--[a-z][a-z-]*", RegexOptions.None, 1000)]
    private static partial Regex OptionNames { get; }
}
