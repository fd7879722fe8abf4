using static Muster.Cli.Configuration.SettingKind;

namespace Muster.Cli.Configuration;

/// <summary>The door of a machine for callers that know only PiBot's worker, and its ways into the house.</summary>
internal static class DoorSettingTable
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("pibot.listen", List, "", "Where this machine serves the routes of PiBot's worker, as [ADDRESS:]PORT such as 5000; by default nowhere.") { Items = ListItems.Door, OptionAliases = ["--pibot"] },
        new("pibot.keys", List, "", "Keys of which callers of that door send one as a bearer token.") { Secret = true, Items = ListItems.DoorKey },
        new("pibot.allow", List, "", "Addresses and networks besides this machine that may come in at that door, such as 192.168.1.0/24.") { Items = ListItems.Caller },
        new("pibot.workers", List, "", "Workers that `muster doctor --workers` tests, as HOST or HOST:PORT; also WORKER_1_IP, WORKER_2_IP and so on."),
        new("tools.home_assistant.url", Address, "", "Home Assistant, such as http://homeassistant.local:8123; with its token agents have the tool home_assistant."),
        new("tools.home_assistant.token", Text, "", "A long-lived access token of Home Assistant.") { Secret = true },
        new("tools.mqtt.host", Text, "", "The host of an MQTT broker; with it agents have the tool mqtt."),
        new("tools.mqtt.port", Whole, "1883", "Its port.") { Minimum = 1, Maximum = 65_535 },
        new("tools.mqtt.username", Text, "", "The name by which the broker knows this machine."),
        new("tools.mqtt.password", Text, "", "The password that belongs to it.") { Secret = true },
    ];
}
