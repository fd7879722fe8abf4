using System.IO.Enumeration;

namespace Muster.Node.Artifacts.Work;

/// <summary>
/// Patterns of outputs, as seen from the work folder: <c>*</c> and <c>?</c> stand for any text within a name, <c>**</c> for any folders.
/// A folder that fits stands for all that is in it. Followed step by step on the way down, so that no folder is opened in vain.
/// </summary>
internal sealed class OutputPatterns
{
    public const int Most = 100;
    private const int MostParts = 63;
    private readonly IReadOnlyList<string[]> _patterns;

    private OutputPatterns(IReadOnlyList<string> texts, IReadOnlyList<string[]> patterns) => (Texts, _patterns) = (texts, patterns);

    /// <summary>As they were given.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <exception cref="OutputException">One of them makes no sense.</exception>
    public static OutputPatterns Parse(IReadOnlyList<string> texts)
    {
        if (texts.Count > Most)
        {
            throw new OutputException($"There are {texts.Count} patterns of outputs; at most {Most} are taken.");
        }

        return new OutputPatterns(texts, [.. texts.Select(Parse)]);
    }

    /// <summary>Before the first step.</summary>
    public Place Start => new([.. _patterns.Select(parts => Follow(parts, 1))], [.. _patterns.Select(_ => false)]);

    public Place Step(Place place, string name)
    {
        var (states, whole) = (new ulong[_patterns.Count], new bool[_patterns.Count]);
        for (var index = 0; index < states.Length; index++)
        {
            var parts = _patterns[index];
            states[index] = Step(parts, place.States[index], name);
            whole[index] = place.Whole[index] || (states[index] & (1UL << parts.Length)) != 0;
        }

        return new Place(states, whole);
    }

    private static string[] Parse(string text)
    {
        var parts = text.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").ToArray();
        return parts.Length is 0 or > MostParts || text.StartsWith('/') || parts.Contains("..", StringComparer.Ordinal) || text.Contains('\\', StringComparison.Ordinal)
            ? throw new OutputException($"\"{WorkPath.Shown(text)}\" is no pattern of outputs: write a path as seen from the work folder, such as out/*.png.")
            : parts;
    }

    // Bit n: the first n parts have been used up.
    private static ulong Step(string[] parts, ulong states, string name)
    {
        var next = 0UL;
        for (var at = 0; at < parts.Length; at++)
        {
            if ((states & (1UL << at)) != 0)
            {
                next |= parts[at] == "**" ? (1UL << at) | (at + 1 == parts.Length ? 1UL << parts.Length : 0) : FileSystemName.MatchesSimpleExpression(parts[at], name, ignoreCase: false) ? 1UL << (at + 1) : 0;
            }
        }

        return Follow(parts, next);
    }

    // ** may stand for nothing, but not as the last part: then it wants at least a name.
    private static ulong Follow(string[] parts, ulong states)
    {
        for (var at = 0; at < parts.Length; at++)
        {
            if ((states & (1UL << at)) != 0 && parts[at] == "**" && at + 1 < parts.Length)
            {
                states |= 1UL << (at + 1);
            }
        }

        return states;
    }

    /// <summary>How far each pattern is used up on a path.</summary>
    internal sealed record Place(ulong[] States, bool[] Whole)
    {
        /// <summary>What is here, and all below it, is wanted.</summary>
        public bool Fits => Array.Exists(Whole, whole => whole);

        /// <summary>Something here or below may be wanted.</summary>
        public bool MayFit => Fits || Array.Exists(States, state => state != 0);
    }
}

/// <summary>The outputs of an attempt cannot be collected; the message is for a person.</summary>
public sealed class OutputException(string message, Exception? inner = null) : Exception(message, inner);
