using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Muster.Tests.Tidy;

/// <summary>The checkout as the Tidy tests see it: C# files without generated ones, parsed once.</summary>
internal static class SourceTree
{
    private static readonly string[] _leftOut = ["bin", "obj", "node_modules", "dist", ".git", ".build", "TestResults"];
    private static readonly Lazy<IReadOnlyList<SourceFile>> _files = new(() => [.. Enumerate("*.cs").Select(SourceFile.Parse)]);

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<SourceFile> CSharp => _files.Value;

    public static IEnumerable<SourceFile> Product => CSharp.Where(file => file.Path.StartsWith("src/", StringComparison.Ordinal));

    public static IEnumerable<string> Enumerate(string pattern) => Walk(new DirectoryInfo(Root), pattern);

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static IEnumerable<string> Walk(DirectoryInfo folder, string pattern) =>
        folder.EnumerateFiles(pattern).Select(file => file.FullName)
            .Concat(folder.EnumerateDirectories()
                .Where(child => !_leftOut.Contains(child.Name) && child.LinkTarget is null)
                .SelectMany(child => Walk(child, pattern)));

    private static string FindRoot([CallerFilePath] string here = "")
    {
        var folder = new FileInfo(here).Directory;
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Muster.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests must run beside their sources.");
    }
}

internal sealed record SourceFile(string Path, int Lines, CompilationUnitSyntax Syntax)
{
    public static SourceFile Parse(string path)
    {
        var text = File.ReadAllText(path);
        var tree = CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview));
        return new SourceFile(SourceTree.Relative(path), text.AsSpan().Count('\n'), tree.GetCompilationUnitRoot());
    }

    public IEnumerable<T> Nodes<T>()
        where T : SyntaxNode => Syntax.DescendantNodes().OfType<T>();

    public string At(SyntaxNode node) => $"{Path}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";
}
