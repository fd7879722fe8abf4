namespace Muster.Hub.Ledger;

/// <summary>A part of an amount between nothing and all of it, in millionths.</summary>
public readonly record struct Share(int Millionths)
{
    private const int All = 1_000_000;

    /// <summary>Rounded down, in favour of whoever pays it.</summary>
    public long Of(long micro) => (long)((Int128)micro * Millionths / All);

    /// <returns>What is wrong and what to write instead, or null.</returns>
    public static (string Message, string Fix)? Read(string? text, out Share share)
    {
        share = default;
        if (Credits.Read(text, out var amount) is not null || amount.Micro > All)
        {
            return ("This is no share.", "Write a number from 0 to 1 with at most six decimals, such as 0.05.");
        }

        share = new Share((int)amount.Micro);
        return null;
    }

    public override string ToString() => new Credits(Millionths).ToString();
}
