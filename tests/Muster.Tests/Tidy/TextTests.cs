using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Muster.Tests.Tidy;

/// <summary>What the repository's own texts may say.</summary>
public sealed partial class TextTests
{
    private static readonly string[] _patterns =
        ["*.cs", "*.md", "*.ts", "*.tsx", "*.json", "*.props", "*.csproj", "*.yaml", "*.yml", "*.sql", "*.proto", "*.mjs", "*.cmd", "muster", "test", "run"];

    [Fact]
    public void Texts_MachinePathsAndRegistries_AreAbsent() =>
        Texts()
            .SelectMany(file => File.ReadLines(file)
                .Select((line, index) => (line, number: index + 1))
                .Where(found => Private().IsMatch(found.line))
                .Select(found => $"{SourceTree.Relative(file)}:{found.number}: {found.line.Trim()[..Math.Min(found.line.Trim().Length, 100)]}"))
            .ShouldBeEmpty();

    [Fact]
    public void Docs_RelativeLinks_Exist() =>
        SourceTree.Enumerate("*.md")
            .SelectMany(file => Link().Matches(File.ReadAllText(file))
                .Select(match => match.Groups[1].Value)
                .Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith('#') && !target.StartsWith("mailto:", StringComparison.Ordinal))
                .Select(target => target.Split('#')[0])
                .Where(target => !Path.Exists(Path.Combine(Path.GetDirectoryName(file)!, Uri.UnescapeDataString(target))))
                .Select(target => $"{SourceTree.Relative(file)}: {target}"))
            .ShouldBeEmpty();

    private static IEnumerable<string> Texts() =>
        _patterns.SelectMany(SourceTree.Enumerate).Where(file => !file.EndsWith("TextTests.cs", StringComparison.Ordinal));

    [GeneratedRegex(@"/work/(main|shared|w-|\.library)|\.\./shared|registry\.npmjs|api\.nuget\.org|deb\.debian\.org", RegexOptions.None, 1000)]
    private static partial Regex Private();

    [GeneratedRegex(@"\]\(([^)\s]+)\)", RegexOptions.None, 1000)]
    private static partial Regex Link();
}
