using System.Text;
using Muster.Node.Machine;

namespace Muster.Node.Tools.Hardware;

/// <summary>All sensors of a machine: thermal zones, hwmon chips and iio devices.</summary>
internal static class Sensors
{
    private const int Most = 500;

    // As the kernel's hwmon interface has them: thousandths or millionths.
    private static readonly (string Channel, string Kind, string Unit, double Factor)[] _hwmon =
    [
        ("temp", "temperature", "°C", 1e-3), ("fan", "fan", "rpm", 1), ("in", "voltage", "V", 1e-3), ("curr", "current", "A", 1e-3),
        ("power", "power", "W", 1e-6), ("energy", "energy", "J", 1e-6), ("humidity", "humidity", "%", 1e-3),
    ];

    public static IReadOnlyList<Sensor> Find(MachineFiles files) =>
        Unique(files, [.. Thermal(files).Concat(Hwmon(files)).Concat(IioChannels.Find(files)).Take(Most)]);

    /// <summary>Words of the kernel and of makers as part of a name.</summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder();
        foreach (var letter in text.Trim().ToLowerInvariant())
        {
            plain.Append(char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '+' ? letter : '_');
        }

        return plain.Length == 0 ? "_" : plain.ToString();
    }

    private static IEnumerable<Sensor> Thermal(MachineFiles files) => files.Entries("sys/class/thermal", "thermal_zone").Select(zone =>
        new Sensor($"thermal/{Plain(files.Text(zone + "/type") ?? Path.GetFileName(zone))}", "temperature", "°C", zone, zone + "/temp", 1e-3));

    private static IEnumerable<Sensor> Hwmon(MachineFiles files) =>
        from chip in files.Entries("sys/class/hwmon", "hwmon")
        let name = Plain(files.Text(chip + "/name") ?? Path.GetFileName(chip))
        from path in files.Entries(chip, "")
        let file = Path.GetFileName(path)
        let channel = Channel(files, chip, file)
        where channel is not null
        let kind = Array.Find(_hwmon, known => channel.TrimEnd("0123456789".ToCharArray()) == known.Channel)
        where kind.Channel is not null
        select new Sensor($"hwmon/{name}/{Plain(files.Text($"{chip}/{channel}_label") ?? channel)}", kind.Kind, kind.Unit, chip, path, kind.Factor)
        {
            Fault = $"{chip}/{channel}_fault",
        };

    /// <summary>Some power meters have an average and no momentary value.</summary>
    private static string? Channel(MachineFiles files, string chip, string file) =>
        file.EndsWith("_input", StringComparison.Ordinal) ? file[..^"_input".Length]
        : file.StartsWith("power", StringComparison.Ordinal) && file.EndsWith("_average", StringComparison.Ordinal)
            && file[..^"_average".Length] is var channel && !files.Exists($"{chip}/{channel}_input") ? channel
        : null;

    /// <summary>Two of one name are told apart by their device, which keeps its name when the numbers of hwmon0, hwmon1 … change.</summary>
    private static IReadOnlyList<Sensor> Unique(MachineFiles files, IReadOnlyList<Sensor> sensors) =>
    [
        .. Numbered([.. sensors.GroupBy(sensor => sensor.Name, StringComparer.Ordinal).SelectMany(same => same.Count() == 1
            ? same
            : same.Select(sensor => sensor with { Name = $"{sensor.Name}@{Plain(files.LinkedName(sensor.Source + "/device") ?? Path.GetFileName(sensor.Source))}" }))])
            .OrderBy(sensor => sensor.Name, StringComparer.Ordinal),
    ];

    private static IEnumerable<Sensor> Numbered(IReadOnlyList<Sensor> sensors) =>
        sensors.GroupBy(sensor => sensor.Name, StringComparer.Ordinal).SelectMany(same => same.Count() == 1
            ? same
            : same.OrderBy(sensor => sensor.Path, StringComparer.Ordinal).Select((sensor, index) => sensor with { Name = $"{sensor.Name}#{index + 1}" }));
}
