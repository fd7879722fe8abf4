using System.Text.RegularExpressions;
using Muster.Hub.Api;

namespace Muster.Hub.Fleet;

/// <summary>What a machine may be called: something that can follow an @ in a sentence. Unique without regard to case.</summary>
internal static partial class NodeName
{
    public const string Rule = "use 1 to 40 letters, digits, dots, hyphens or underscores, beginning with a letter or digit";

    public static bool IsValid(string name) => Shape().IsMatch(name);

    /// <exception cref="ApiException">It cannot be a name.</exception>
    public static string Checked(string? name) =>
        name is not null && IsValid(name) ? name : throw ApiException.Invalid("name", $"\"{name}\" cannot be a machine's name:", Rule + ".");

    public static string Key(string name) => name.ToLowerInvariant();

    /// <summary>The name with the least number behind it that is free.</summary>
    public static string Free(string name, Func<string, bool> taken)
    {
        for (var number = 2; ; number++)
        {
            var suffix = $"-{number}";
            var candidate = name[..Math.Min(name.Length, 40 - suffix.Length)] + suffix;
            if (!taken(candidate))
            {
                return candidate;
            }
        }
    }

    [GeneratedRegex(@"^[\p{L}\p{N}][\p{L}\p{N}._-]{0,39}\z", RegexOptions.None, 1000)]
    private static partial Regex Shape();
}
