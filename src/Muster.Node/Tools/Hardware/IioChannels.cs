using Muster.Node.Machine;

namespace Muster.Node.Tools.Hardware;

/// <summary>Channels of industrial I/O devices: <c>in_temp_input</c> has a value, <c>in_temp_raw</c> needs a scale and an offset, its own or that of its type.</summary>
internal static class IioChannels
{
    // The kernel's units (Documentation/ABI/testing/sysfs-bus-iio) to those that people use.
    private static readonly Dictionary<string, (string Kind, string Unit, double Factor)> _types = new(StringComparer.Ordinal)
    {
        ["temp"] = ("temperature", "°C", 1e-3),
        ["voltage"] = ("voltage", "V", 1e-3),
        ["altvoltage"] = ("voltage", "V", 1e-3),
        ["current"] = ("current", "A", 1e-3),
        ["power"] = ("power", "W", 1e-3),
        ["energy"] = ("energy", "J", 1),
        ["pressure"] = ("pressure", "Pa", 1e3),
        ["humidityrelative"] = ("humidity", "%", 1e-3),
        ["illuminance"] = ("illuminance", "lx", 1),
        ["intensity"] = ("light intensity", "", 1),
        ["proximity"] = ("proximity", "", 1),
        ["distance"] = ("distance", "m", 1),
        ["accel"] = ("acceleration", "m/s²", 1),
        ["anglvel"] = ("angular velocity", "rad/s", 1),
        ["magn"] = ("magnetic field", "T", 1e-4),
        ["resistance"] = ("resistance", "Ω", 1),
        ["capacitance"] = ("capacitance", "F", 1e-9),
        ["concentration"] = ("concentration", "%", 1),
        ["ph"] = ("acidity", "pH", 1e-3),
        ["incli"] = ("inclination", "°", 1),
    };

    public static IEnumerable<Sensor> Find(MachineFiles files) =>
        from device in files.Entries("sys/bus/iio/devices", "iio:device")
        let name = Sensors.Plain(files.Text(device + "/name") ?? Path.GetFileName(device))
        from path in files.Entries(device, "in_")
        where path.EndsWith("_input", StringComparison.Ordinal) || path.EndsWith("_raw", StringComparison.Ordinal)
        let sensor = Of(files, device, name, path)
        where sensor is not null
        select sensor;

    private static Sensor? Of(MachineFiles files, string device, string name, string path)
    {
        var file = Path.GetFileName(path);
        var raw = file.EndsWith("_raw", StringComparison.Ordinal);
        var channel = file["in_".Length..file.LastIndexOf('_')];
        var type = new string([.. channel.TakeWhile(char.IsAsciiLetter)]);
        if (!_types.TryGetValue(type, out var known) || (raw && files.Exists($"{device}/in_{channel}_input")))
        {
            return null;
        }

        var label = files.Text($"{device}/in_{channel}_label") is { Length: > 0 } told ? told : channel;
        return new Sensor($"iio/{name}/{Sensors.Plain(label)}", known.Kind, known.Unit, device, path, raw ? (Of("scale") ?? 1) * known.Factor : known.Factor)
        {
            Offset = raw ? Of("offset") ?? 0 : 0,
        };

        double? Of(string what) => files.Real($"{device}/in_{channel}_{what}") ?? files.Real($"{device}/in_{type}_{what}") ?? files.Real($"{device}/{what}");
    }
}
