using System.Collections;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using Muster.Cli.Terminal;
using Muster.Client.Jobs;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Terminal;

public sealed class JsonLinesTests
{
    [Fact]
    public void Write_OfAnythingThatACommandPrints_HasACompiledShape()
    {
        var printed = Printed().ToList();

        printed.ShouldContain(typeof(TaskInfo));
        printed.Count.ShouldBeGreaterThan(25);
        printed.Where(type => OutputJson.Default.GetTypeInfo(type) is null).ShouldBeEmpty("these are missing in OutputJson");
        printed.Where(type => type != typeof(JsonElement) && typeof(IEnumerable).IsAssignableFrom(type)).ShouldBeEmpty("these would be one array and not a line each");
    }

    /// <summary>What the compiled program calls <see cref="JsonLines"/> with, wherever it does.</summary>
    private static IEnumerable<Type> Printed()
    {
        var module = typeof(JsonLines).Module;
        var writes = typeof(JsonLines).GetMethods().Where(method => method.Name == nameof(JsonLines.Write)).Select(method => method.MetadataToken).ToHashSet();
        using var file = new PEReader(File.OpenRead(module.Assembly.Location));
        var metadata = file.GetMetadataReader();
        for (var row = 1; row <= metadata.GetTableRowCount(TableIndex.MethodSpec); row++)
        {
            var call = MetadataTokens.MethodSpecificationHandle(row);
            if (writes.Contains(MetadataTokens.GetToken(metadata.GetMethodSpecification(call).Method)))
            {
                // The list's own call is generic in turn, and is of the type that the list is written with.
                yield return ((MethodInfo)module.ResolveMethod(MetadataTokens.GetToken(call), null, [typeof(JobInfo)])!).GetGenericArguments()[0];
            }
        }
    }
}
