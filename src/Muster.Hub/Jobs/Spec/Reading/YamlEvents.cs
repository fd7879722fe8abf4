using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Muster.Hub.Jobs.Spec.Reading;

/// <summary>The events of a YAML text. Whatever its parser makes of a broken text becomes a sentence with a line.</summary>
internal sealed class YamlEvents(string text)
{
    private readonly Parser _parser = new(new StringReader(text));

    public ParsingEvent? Current => _parser.Current;

    public int Line => (int)(Current?.Start.Line ?? 1);

    /// <exception cref="SpecSyntaxException">It is not YAML.</exception>
    public bool MoveNext()
    {
        try
        {
            return _parser.MoveNext();
        }
        catch (YamlException failure)
        {
            var why = (failure.InnerException?.Message ?? failure.Message).TrimEnd('.');
            throw NotYaml((int)Math.Max(failure.Start.Line, failure.End.Line), char.ToLowerInvariant(why[0]) + why[1..]);
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException)
        {
            // The scanner's own faults on some brackets, tags and escapes: they name no place, so the last good one is told.
            throw NotYaml((int)(_parser.Current?.End.Line ?? 1), "a bracket, tag or escape is wrong, here or just below");
        }
    }

    /// <summary>The parser itself lets some broken texts pass, and a map ends where a value should be.</summary>
    public Scalar Scalar() => Current as Scalar ?? throw NotYaml(Line, "a value is missing here");

    private static SpecSyntaxException NotYaml(int line, string why) =>
        new(line, $"This is not YAML: {why}.", "Check indentation (spaces, no tabs), colons, brackets and quotes.");
}
