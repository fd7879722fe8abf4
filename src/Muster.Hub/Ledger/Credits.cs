using System.Globalization;

namespace Muster.Hub.Ledger;

/// <summary>An amount, counted in micro-credits. People see CPT with six decimals: "5.000000".</summary>
public readonly record struct Credits(long Micro)
{
    public const long PerCpt = 1_000_000;
    private const int Decimals = 6;
    private const int Longest = 40;

    /// <summary>Reads plain decimal digits, strictly. Zero is an amount; below it there is none.</summary>
    /// <returns>What is wrong and what to write instead, or null.</returns>
    public static (string Message, string Fix)? Read(string? text, out Credits amount)
    {
        amount = default;
        if (string.IsNullOrEmpty(text))
        {
            return ("There is no amount.", "Write credits as text with a point, such as \"5.000000\".");
        }

        if (Mistake(text) is { } mistake)
        {
            return mistake;
        }

        var point = text.IndexOf('.', StringComparison.Ordinal);
        var (whole, part) = point < 0 ? (text, "") : (text[..point], text[(point + 1)..]);
        var digits = whole + part.PadRight(Decimals, '0');
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var micro))
        {
            return ("The amount is too large.", $"The most is {new Credits(long.MaxValue)}.");
        }

        amount = new Credits(micro);
        return null;
    }

    public override string ToString() => ((decimal)Micro / PerCpt).ToString("0.000000", CultureInfo.InvariantCulture);

    private static (string Message, string Fix)? Mistake(string text)
    {
        const string Digits = "Write digits with a point, such as \"5.000000\".";
        var number = text.AsSpan();
        if (number.Length > Longest)
        {
            return ("The amount is too long.", Digits);
        }

        if (number[0] == '-')
        {
            return ("The amount is negative.", "Write how much is meant, without a sign.");
        }

        if (number.ContainsAny(' ', '\t', '\n') || number.ContainsAny('\r', '\u00a0'))
        {
            return ("The amount holds a space.", Digits);
        }

        if (number.Contains(','))
        {
            return ("The amount holds a comma.", "Write a point before the decimals and nothing between thousands, such as \"1000.500000\".");
        }

        if (char.IsAsciiDigit(number[0]) && number.ContainsAny('e', 'E'))
        {
            return ("The amount has an exponent.", "Write it out, such as \"1000.000000\".");
        }

        var point = number.IndexOf('.');
        var whole = point < 0 ? number : number[..point];
        var part = point < 0 ? "0" : number[(point + 1)..];
        if (whole.IsEmpty || part.IsEmpty || whole.ContainsAnyExceptInRange('0', '9') || part.ContainsAnyExceptInRange('0', '9'))
        {
            return ("The amount is no number.", Digits);
        }

        return part.Length > Decimals ? ("The amount has more than six decimals.", "The smallest amount is 0.000001.") : null;
    }
}
