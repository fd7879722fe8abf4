using System.Text;
using System.Text.Json;
using Muster.Hub.Api;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Spec;
using Shouldly;

namespace Muster.Tests.Hub.Jobs.Spec;

/// <summary>Specs as tests write them.</summary>
internal static class Specs
{
    public const string Hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    private static readonly Dictionary<string, SpecFile> _none = [];

    public static CompiledSpec Yaml(string text, IReadOnlyDictionary<string, SpecFile>? files = null) =>
        SpecCompiler.Compile(Encoding.UTF8.GetBytes(text), SpecFormat.Yaml, files ?? _none);

    public static CompiledSpec Json(string text, IReadOnlyDictionary<string, SpecFile>? files = null) =>
        SpecCompiler.Compile(Encoding.UTF8.GetBytes(text), SpecFormat.Json, files ?? _none);

    /// <summary>Compiled with every local file that it names.</summary>
    public static JobPlan Plan(string yaml) => Whole(files => Yaml(yaml, files)).Plan!;

    public static CompiledSpec Whole(Func<IReadOnlyDictionary<string, SpecFile>, CompiledSpec> compile)
    {
        var first = compile(_none);
        first.Errors.ShouldBeEmpty();
        var whole = compile(first.MissingFiles.ToDictionary(name => name, name => new SpecFile(Hash, name.Length)));
        whole.MissingFiles.ShouldBeEmpty();
        whole.Errors.ShouldBeEmpty();
        return whole;
    }

    public static StepPlan Step(string yaml) => Plan(yaml).Steps.ShouldHaveSingleItem();

    public static FieldError Error(string yaml) => Yaml(yaml).Errors.ShouldHaveSingleItem();

    public static string Line(this FieldError error) => $"{error.Field}, line {error.Line}: {error.Message} {error.Fix}";

    /// <summary>Everything in a plan, to be compared.</summary>
    public static string Text(this JobPlan plan) => JsonSerializer.Serialize(plan);
}
