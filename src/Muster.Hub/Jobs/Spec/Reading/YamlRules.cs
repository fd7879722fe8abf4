using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Muster.Hub.Jobs.Spec.Reading;

/// <summary>The part of YAML that a spec may use, and what a plain word means: YAML 1.2's core schema, so that yes and no are texts.</summary>
internal static partial class YamlRules
{
    /// <exception cref="SpecSyntaxException">It is an alias, or has an anchor or a tag.</exception>
    public static void Check(ParsingEvent item)
    {
        var line = (int)item.Start.Line;
        if (item is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
        {
            throw new SpecSyntaxException(line, "Anchors (&) and aliases (*) are not taken in a spec.", "Write the value out where it is meant, or put it in quotes.");
        }

        if (item is NodeEvent { Tag.IsEmpty: false })
        {
            throw new SpecSyntaxException(line, "Tags (!) are not taken in a spec.", "Leave the tag out; for a text put it in quotes.");
        }
    }

    public static string NameOf(ParsingEvent item) => item is Scalar name
        ? name.Value
        : throw new SpecSyntaxException((int)item.Start.Line, "The name of a field must be a text.", "Write name: value.");

    public static ScalarKind KindOf(Scalar scalar) => scalar.Style != ScalarStyle.Plain ? ScalarKind.Text : scalar.Value switch
    {
        "" or "~" or "null" or "Null" or "NULL" => ScalarKind.Null,
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => ScalarKind.Flag,
        { Length: <= 64 } word when Number().IsMatch(word) => ScalarKind.Number,
        _ => ScalarKind.Text,
    };

    [GeneratedRegex(@"^([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\z", RegexOptions.None, 1000)]
    private static partial Regex Number();
}
