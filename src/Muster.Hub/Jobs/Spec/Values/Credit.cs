using System.Globalization;
using Muster.Hub.Jobs.Spec.Reading;

namespace Muster.Hub.Jobs.Spec.Values;

/// <summary>Amounts and factors with a fixed number of decimals, read digit by digit: no floating point touches money.</summary>
internal static class Credit
{
    private const long MicroPerCpt = 1_000_000;
    private const int MostDigits = 28; // what a decimal holds exactly

    public static long? Micro(SpecValues values, SpecNode? node) =>
        Read(values, node, MicroPerCpt, long.MaxValue / MicroPerCpt, "an amount of credits with at most six decimals", "25 or \"0.5\"");

    public static long? Thousandths(SpecValues values, SpecNode? node) =>
        Read(values, node, 1_000, (long)SpecLimits.Price, "a factor of the price list with at most three decimals", "1.5");

    private static long? Read(SpecValues values, SpecNode? node, long scale, long most, string what, string example)
    {
        if (node is null)
        {
            return null;
        }

        if (node is SpecScalar { Scalar: ScalarKind.Text or ScalarKind.Number, Text: { Length: <= MostDigits } text }
            && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            && amount <= most && decimal.IsInteger(amount * scale))
        {
            return (long)(amount * scale);
        }

        values.Errors.Add(node, string.Create(CultureInfo.InvariantCulture, $"{SpecValues.Written(node)} is not {what}, from 0 to {most:N0}."), $"Write for example {example}.");
        return null;
    }
}
