using System.Globalization;
using Muster.Cli.Terminal;

namespace Muster.Cli.Bench;

/// <summary>Measured values of one thing, in one unit.</summary>
internal sealed record Samples(string Name, string Unit, string Target, IReadOnlyList<double> Values)
{
    public double Median => Quantile(0.5);

    public double P95 => Quantile(0.95);

    public MeasureLine Line => new(Name, Unit, Target.Length == 0 ? null : Target, Median, P95, Values);

    public string[] Cells =>
    [
        Name,
        Text(Median),
        Values.Count >= 20 ? Text(P95) : "",
        $"{Text(Values.Min())} – {Text(Values.Max())}",
        Values.Count.ToString(CultureInfo.InvariantCulture),
        Target,
    ];

    private double Quantile(double part)
    {
        var sorted = Values.Order().ToArray();
        return sorted[Math.Clamp((int)Math.Ceiling(part * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    private string Text(double value) => value.ToString(value >= 1000 ? "N0" : value >= 100 ? "0" : "0.0#", CultureInfo.InvariantCulture) + " " + Unit;
}
