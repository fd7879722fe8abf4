using System.Xml.Linq;
using Shouldly;
using Xunit;

namespace Muster.Tests.Tidy;

/// <summary>Which project may use which: the table of ARCHITECTURE.md.</summary>
public sealed class ReferenceTests
{
    [Theory]
    [InlineData("Muster.Protocol")]
    [InlineData("Muster.Storage")]
    [InlineData("Muster.Agents")]
    [InlineData("Muster.Node", "Muster.Protocol", "Muster.Storage", "Muster.Agents")]
    [InlineData("Muster.Hub", "Muster.Protocol", "Muster.Storage", "Muster.Agents")]
    [InlineData("Muster.Client", "Muster.Protocol")]
    [InlineData("Muster.Cli", "Muster.Protocol", "Muster.Storage", "Muster.Agents", "Muster.Node", "Muster.Hub", "Muster.Client")]
    public void Project_References_AreInTheTable(string project, params string[] allowed) =>
        XDocument.Load(Path.Combine(SourceTree.Root, "src", project, project + ".csproj"))
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))
            .Except(allowed)
            .ShouldBeEmpty();

    [Fact]
    public void Projects_InTheTree_AreInTheTable() =>
        Directory.GetDirectories(Path.Combine(SourceTree.Root, "src")).Select(Path.GetFileName).Order()
            .ShouldBe(["Muster.Agents", "Muster.Cli", "Muster.Client", "Muster.Hub", "Muster.Node", "Muster.Protocol", "Muster.Storage"]);
}
