using System.Globalization;
using Muster.Hub.Jobs.Spec.Reading;

namespace Muster.Hub.Jobs.Spec;

/// <summary>The local files that a spec names: what they are as artifacts, and which of them nobody has uploaded.</summary>
internal sealed class LocalFiles(IReadOnlyDictionary<string, SpecFile> files, SpecErrors errors)
{
    private const int HashLength = 64;
    private static readonly InputFile _unknown = new("", 0);
    private readonly Dictionary<string, InputFile> _named = new(StringComparer.Ordinal);
    private readonly List<string> _missing = [];
    private bool _tooMany;

    public IReadOnlyList<string> Missing => _missing;

    /// <summary>What the submitter says of a file; without a hash when it is missing or there is an error.</summary>
    public InputFile Find(SpecNode node, string name)
    {
        if (_named.TryGetValue(name, out var known))
        {
            return known;
        }

        if (_named.Count >= SpecLimits.LocalFiles)
        {
            if (!_tooMany)
            {
                errors.Add(node, string.Create(CultureInfo.InvariantCulture, $"The job needs more than {SpecLimits.LocalFiles:N0} local files."), "Pack them together, or split the job.");
            }

            _tooMany = true;
            return _unknown;
        }

        var file = Look(name);
        _named.Add(name, file);
        return file;
    }

    public static bool IsHash(string text) => text.Length == HashLength && text.All(char.IsAsciiHexDigit);

    private InputFile Look(string name)
    {
        if (!files.TryGetValue(name, out var file))
        {
            _missing.Add(name);
            return _unknown;
        }

        if (file.Size >= 0 && IsHash(file.Sha256))
        {
            return new InputFile(file.Sha256.ToLowerInvariant(), file.Size);
        }

        errors.Add(SpecNode.Join("files", name), null, $"What is said of {SpecErrors.Quote(name)} is no file.", "Give its SHA-256 as 64 hexadecimal digits, and its size in bytes.");
        return _unknown;
    }
}
