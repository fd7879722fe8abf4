using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Shouldly;
using Xunit;

namespace Muster.Tests.Tidy;

/// <summary>The numbers that keep the code readable. Change a design before a number; a raised number needs its reason here.</summary>
public sealed class ShapeTests
{
    [Fact]
    public void Files_Lengths_StaySmall()
    {
        var lengths = SourceTree.Product.Select(file => file.Lines).Order().ToList();

        lengths[lengths.Count / 2].ShouldBeLessThanOrEqualTo(60, "median lines of a file in src/");
        lengths[(int)(lengths.Count * 0.95)].ShouldBeLessThanOrEqualTo(220, "95th percentile of lines of a file in src/");
        SourceTree.CSharp.Where(file => file.Lines > 400).Select(file => $"{file.Path}: {file.Lines} lines").ShouldBeEmpty();
    }

    [Fact]
    public void Methods_Lengths_StayUnderSeventyLines() =>
        SourceTree.CSharp
            .SelectMany(file => file.Nodes<MemberDeclarationSyntax>()
                .Where(member => member is BaseMethodDeclarationSyntax or PropertyDeclarationSyntax && Span(member) > 70)
                .Select(member => $"{file.At(member)}: {Span(member)} lines"))
            .ShouldBeEmpty();

    [Fact]
    public void Constructors_Parameters_AreSevenAtMost() =>
        SourceTree.Product
            .SelectMany(file => file.Nodes<ConstructorDeclarationSyntax>().Select(node => (file, node: (SyntaxNode)node, list: node.ParameterList))
                .Concat(file.Nodes<ClassDeclarationSyntax>()
                    .Where(node => node.ParameterList is not null)
                    .Select(node => (file, node: (SyntaxNode)node, list: node.ParameterList!))))
            .Where(found => found.list.Parameters.Count > 7)
            .Select(found => $"{found.file.At(found.node)}: {found.list.Parameters.Count} parameters")
            .ShouldBeEmpty();

    [Fact]
    public void Folders_Files_AreTwentyAtMost() =>
        SourceTree.CSharp.GroupBy(file => Path.GetDirectoryName(file.Path))
            .Where(folder => folder.Count() > 20)
            .Select(folder => $"{folder.Key}: {folder.Count()} files")
            .ShouldBeEmpty();

    [Fact]
    public void Folders_Names_AreFeatures()
    {
        // "Models" is left out: in Muster.Agents it is the feature that talks to language models.
        string[] kinds = ["Services", "Helpers", "Interfaces", "Common", "Utils", "Managers", "Misc", "Core"];
        SourceTree.Product.Select(file => Path.GetDirectoryName(file.Path)!.Replace('\\', '/'))
            .Distinct()
            .Where(folder => kinds.Contains(Path.GetFileName(folder)))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Types_Names_SayWhatTheyAre() =>
        SourceTree.CSharp
            .SelectMany(file => file.Nodes<TypeDeclarationSyntax>()
                .Where(type => type.Identifier.Text is var name
                    && (name.EndsWith("Manager", StringComparison.Ordinal)
                        || name.EndsWith("Helper", StringComparison.Ordinal)
                        || name.EndsWith("Utils", StringComparison.Ordinal)))
                .Select(type => $"{file.At(type)}: {type.Identifier.Text}"))
            .ShouldBeEmpty();

    [Fact]
    public void Interfaces_WithOneImplementer_GiveTheirReason()
    {
        var bases = SourceTree.CSharp
            .SelectMany(file => file.Nodes<BaseTypeSyntax>())
            .Select(type => type.Type is GenericNameSyntax generic ? generic.Identifier.Text : type.Type.ToString().Split('.')[^1])
            .CountBy(name => name)
            .ToDictionary();

        SourceTree.Product
            .SelectMany(file => file.Nodes<InterfaceDeclarationSyntax>()
                .Where(type => bases.GetValueOrDefault(type.Identifier.Text) < 2 && !type.GetLeadingTrivia().ToString().Contains("seam", StringComparison.Ordinal))
                .Select(type => $"{file.At(type)}: {type.Identifier.Text} has {bases.GetValueOrDefault(type.Identifier.Text)} implementer and no reason (say of which seam it is)"))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Code_ForbiddenConstructs_AreAbsent() =>
        SourceTree.CSharp
            .SelectMany(file =>
                file.Nodes<MethodDeclarationSyntax>()
                    .Where(method => method.Modifiers.Any(SyntaxKind.AsyncKeyword) && method.ReturnType.ToString() == "void")
                    .Select(method => $"{file.At(method)}: async void")
                .Concat(file.Syntax.DescendantTrivia()
                    .Where(trivia => trivia.IsKind(SyntaxKind.RegionDirectiveTrivia))
                    .Select(_ => $"{file.Path}: a region"))
                .Concat(file.Nodes<ObjectCreationExpressionSyntax>()
                    .Where(made => made.Type.ToString().EndsWith("NotImplementedException", StringComparison.Ordinal))
                    .Select(made => $"{file.At(made)}: a stub"))
                .Concat(file.Syntax.DescendantTrivia()
                    .Where(trivia => trivia.ToString() is var text && (text.Contains("TO" + "DO", StringComparison.Ordinal) || text.Contains("FIX" + "ME", StringComparison.Ordinal)))
                    .Select(_ => $"{file.Path}: an unfinished part"))
                .Concat(file.Nodes<CatchClauseSyntax>()
                    .Where(clause => clause.Block.Statements.Count == 0 && !clause.Block.ToString().Contains("//", StringComparison.Ordinal))
                    .Select(clause => $"{file.At(clause)}: an empty catch without its reason")))
            .ShouldBeEmpty();

    private static int Span(SyntaxNode node)
    {
        var span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }
}
