using System.IO.Enumeration;
using System.Text.Json;
using Muster.Agents.Tools;
using Muster.Node.Machine;

namespace Muster.Node.Tools.Hardware;

/// <summary>Temperatures, fans, voltages and whatever else the kernel measures.</summary>
public sealed class SensorTool : Tool
{
    private readonly MachineFiles _files;

    internal SensorTool(MachineFiles files) => _files = files;

    public override string Name => "sensor";

    public override string Description =>
        "Reads this machine's sensors: temperatures, fans, voltages, currents, power, humidity, pressure, light and more. `list` gives their names, `read` their values.";

    public override JsonElement Parameters { get; } = Arguments.Schema("""
        {"type": "object", "properties": {
          "action": {"type": "string", "enum": ["list", "read"], "default": "read"},
          "name": {"type": "string", "description": "Which to read, as listed; * and ? stand for any text. All when left out.", "default": "*"}
        }}
        """);

    public override Replay Replay => Replay.Safe;

    // Some take a while: the kernel asks the chip, or a drive.
    public override Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort) => Task.Run(() => Execute(call, abort), abort);

    private ToolResult Execute(ToolCall call, CancellationToken abort)
    {
        var action = call.Optional("action") ?? "read";
        if (action is not ("list" or "read"))
        {
            throw new ToolException($"sensor has no action \"{action}\". It has list and read.");
        }

        var all = Sensors.Find(_files);
        if (all.Count == 0)
        {
            throw new ToolException(OperatingSystem.IsLinux()
                ? "This machine has no sensors that its kernel shows (below /sys/class/thermal, /sys/class/hwmon and /sys/bus/iio). Virtual machines and containers often have none."
                : "Sensors are read from the files of Linux, and this machine runs another system.");
        }

        var pattern = call.Optional("name") ?? "*";
        var chosen = action == "list" ? all : [.. all.Where(sensor => FileSystemName.MatchesSimpleExpression(pattern, sensor.Name, ignoreCase: true))];
        if (chosen.Count == 0)
        {
            throw new ToolException($"No sensor is called \"{pattern}\".{(NearestName.Of(pattern, all.Select(sensor => sensor.Name)) is { } near ? $" Did you mean \"{near}\"?" : "")} `list` names all {all.Count}.");
        }

        var readings = chosen.Select(sensor =>
        {
            abort.ThrowIfCancellationRequested();
            var value = action == "list" ? null : sensor.Value(_files);
            return new SensorReading(sensor.Name, sensor.Kind, sensor.Unit, value, action == "read" && value is null ? "gives no value now" : null);
        });
        return ToolResult.FromText(JsonSerializer.Serialize(new SensorReadings([.. readings]), HardwareJson.Plain.SensorReadings));
    }
}
