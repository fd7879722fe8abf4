using System.Globalization;
using System.Text.Json;
using Muster.Agents.Tools;
using Muster.Node.Machine;

namespace Muster.Node.Tools.Hardware;

/// <summary>The pins of a small computer: which there are, what is on them, and setting them.</summary>
public sealed class GpioTool : Tool
{
    private const int MostListed = 500;
    private const double LongestHold = 600;

    private readonly MachineFiles _files;
    private readonly GpioPrograms _programs;

    internal GpioTool(MachineFiles files, string path, TimeProvider time) => (_files, _programs) = (files, new GpioPrograms(path, time));

    public override string Name => "gpio";

    public override string Description =>
        "This machine's GPIO pins. `list` gives chips and lines; `read` and `write` one line, named by `line`, or by `chip` and `offset`. A written value is certain only for hold_seconds; afterwards the kernel may take it back.";

    public override JsonElement Parameters { get; } = Arguments.Schema("""
        {"type": "object", "properties": {
          "action": {"type": "string", "enum": ["list", "read", "write"]},
          "line": {"type": "string", "description": "The line's name, such as GPIO17."},
          "chip": {"type": "string", "description": "Such as gpiochip0, or its label."},
          "offset": {"type": "integer", "minimum": 0},
          "value": {"type": "integer", "enum": [0, 1], "description": "For write."},
          "active_low": {"type": "boolean", "default": false, "description": "1 stands for low."},
          "pull": {"type": "string", "enum": ["up", "down", "none"], "description": "The line's resistor; left as it is when not given."},
          "hold_seconds": {"type": "number", "minimum": 0, "maximum": 600, "default": 0, "description": "For write."}
        }, "required": ["action"]}
        """);

    public override ToolMode Mode => ToolMode.Sequential;

    public override async Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort)
    {
        if (!GpioChips.Any(_files))
        {
            throw new ToolException("This machine has no GPIO pins that its kernel shows (there is no /dev/gpiochip0).");
        }

        return call.Required("action") switch
        {
            "list" => await ListAsync(abort),
            "read" => await ReadAsync(call, abort),
            "write" => await WriteAsync(call, abort),
            var action => throw new ToolException($"gpio has no action \"{action}\". It has list, read and write."),
        };
    }

    private async Task<ToolResult> ListAsync(CancellationToken abort)
    {
        var listing = new GpioListing(await _programs.ChipsAsync(abort), [.. (await _programs.LinesAsync(abort)).Take(MostListed)]);
        return ToolResult.FromText(JsonSerializer.Serialize(listing, HardwareJson.Plain.GpioListing));
    }

    private async Task<ToolResult> ReadAsync(ToolCall call, CancellationToken abort)
    {
        var line = await LineAsync(call, abort);
        return Answer(line, await _programs.GetAsync(Request(call, line), abort), null);
    }

    private async Task<ToolResult> WriteAsync(ToolCall call, CancellationToken abort)
    {
        if (Arguments.Find(call.Arguments, "value") is not { ValueKind: JsonValueKind.Number } number || !number.TryGetInt32(out var value) || value is not (0 or 1))
        {
            throw new ToolException("write needs `value`, which is 0 or 1.");
        }

        var line = await LineAsync(call, abort);
        var hold = TimeSpan.FromSeconds(call.Real("hold_seconds", 0, 0, LongestHold));
        await _programs.SetAsync(Request(call, line), value, hold, abort);
        return Answer(line, value, hold == TimeSpan.Zero
            ? "Set, and not held: the kernel may take it back. hold_seconds holds it."
            : string.Create(CultureInfo.InvariantCulture, $"Held for {hold.TotalSeconds:0.###} s, and let go."));
    }

    private static GpioRequest Request(ToolCall call, GpioLine line) => call.Optional("pull") is null or "up" or "down" or "none"
        ? new GpioRequest(line.Chip, line.Offset, call.Truth("active_low"), call.Optional("pull"))
        : throw new ToolException("`pull` is up, down or none.");

    private static ToolResult Answer(GpioLine line, int value, string? note) => ToolResult.FromText(
        JsonSerializer.Serialize(new GpioAnswer(line.Chip, line.Offset, line.Name, value, note), HardwareJson.Plain.GpioAnswer));

    /// <summary>Only what the machine itself names reaches a program's arguments.</summary>
    private async Task<GpioLine> LineAsync(ToolCall call, CancellationToken abort)
    {
        var lines = await _programs.LinesAsync(abort);
        if (call.Optional("chip") is { Length: > 0 } wanted)
        {
            var chips = await _programs.ChipsAsync(abort);
            var name = wanted.StartsWith("/dev/", StringComparison.Ordinal) ? wanted["/dev/".Length..] : wanted;
            var chip = chips.FirstOrDefault(chip => chip.Chip == name || chip.Label == name || chip.Chip == "gpiochip" + name)
                ?? throw new ToolException($"There is no chip \"{wanted}\". There are: {string.Join(", ", chips.Select(chip => $"{chip.Chip} ({chip.Label})"))}.");
            lines = [.. lines.Where(line => line.Chip == chip.Chip)];
        }

        if (call.Optional("line") is { Length: > 0 } called)
        {
            var named = lines.Where(line => line.Name == called).ToList();
            return named.Count switch
            {
                1 => named[0],
                0 => throw new ToolException($"No line is called \"{called}\".{(NearestName.Of(called, lines.Select(line => line.Name).OfType<string>()) is { } near ? $" Did you mean \"{near}\"?" : "")} `list` shows all."),
                _ => throw new ToolException($"{named.Count} lines are called \"{called}\": name the chip as well, or chip and offset ({string.Join(", ", named.Select(line => $"{line.Chip} {line.Offset}"))})."),
            };
        }

        if (call.Optional("chip") is null || Arguments.Find(call.Arguments, "offset") is not { ValueKind: JsonValueKind.Number } number || !number.TryGetInt32(out var offset))
        {
            throw new ToolException("Which line? Give its name in `line`, or `chip` and `offset`.");
        }

        return lines.FirstOrDefault(line => line.Offset == offset)
            ?? throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"{call.Optional("chip")} has no line {offset}; its lines are 0 to {lines.Count - 1}."));
    }
}
