using System.Text;

namespace Muster.Agents.Models;

/// <summary>
/// Joins text that is cut anywhere, also between the two halves of a character (UTF-16 surrogates): a half waits for the other, and one
/// that stays alone becomes U+FFFD, because neither JSON nor UTF-8 can carry it.
/// </summary>
internal sealed class WholeCharacters
{
    private const char Replacement = '\ufffd';
    private char? _half;

    /// <summary>The whole characters so far that were not given out yet.</summary>
    public string Take(string piece)
    {
        if (_half is null && !piece.AsSpan().ContainsAnyInRange('\ud800', '\udfff'))
        {
            return piece;
        }

        var text = new StringBuilder(piece.Length + 1);
        foreach (var letter in piece)
        {
            if (_half is { } half)
            {
                _half = null;
                if (char.IsLowSurrogate(letter))
                {
                    text.Append(half).Append(letter);
                    continue;
                }

                text.Append(Replacement);
            }

            if (char.IsHighSurrogate(letter))
            {
                _half = letter;
            }
            else
            {
                text.Append(char.IsLowSurrogate(letter) ? Replacement : letter);
            }
        }

        return text.ToString();
    }

    /// <summary>What is left when nothing more comes.</summary>
    public string Rest => _half is null ? "" : Replacement.ToString();
}
