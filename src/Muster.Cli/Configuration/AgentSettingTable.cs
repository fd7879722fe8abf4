using Muster.Cli.Doctor.Workers;
using Muster.Node.Coding;
using static Muster.Cli.Configuration.SettingKind;

namespace Muster.Cli.Configuration;

/// <summary>What a machine's agents are told, what their tools may do, and the door for callers that know only PiBot's worker.</summary>
internal static class AgentSettingTable
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("pibot.listen", List, "", "Where this machine serves the routes of PiBot's worker, as [ADDRESS:]PORT such as 5000; by default nowhere.") { Items = ListItems.Door, OptionAliases = ["--pibot"] },
        new("pibot.keys", List, "", "Keys of which callers of that door send one as a bearer token.") { Secret = true, Items = ListItems.DoorKey },
        new("pibot.allow", List, "", "Addresses and networks besides this machine that may come in at that door, such as 192.168.1.0/24.") { Items = ListItems.Caller },
        new("pibot.workers", List, "", "Workers that `muster doctor --workers` tests, as HOST or HOST:PORT; also WORKER_1_IP, WORKER_2_IP and so on."),
        new(WorkerKeys.Setting, List, "", "Keys that those workers want, each for one of them, as HOST=KEY or HOST:PORT=KEY; none is sent anywhere else.") { Secret = true, Items = ListItems.WorkerKey },
        new("tools.home_assistant.url", Address, "", "Home Assistant, such as http://homeassistant.local:8123; with its token agents have the tool home_assistant."),
        new("tools.home_assistant.token", Text, "", "A long-lived access token of Home Assistant.") { Secret = true },
        new("tools.mqtt.host", Text, "", "The host of an MQTT broker; with it agents have the tool mqtt."),
        new("tools.mqtt.port", Whole, "1883", "Its port.") { Minimum = 1, Maximum = 65_535 },
        new("tools.mqtt.username", Text, "", "The name by which the broker knows this machine."),
        new("tools.mqtt.password", Text, "", "The password that belongs to it.") { Secret = true },
        new("agent.max_turns", Whole, "50", "Turns after which a run ends.") { Minimum = 1, Maximum = 1000 },
        new("agent.rules", List, "", "Rules that the agent keeps in every run; compaction never drops them."),
        new("tools.shell.isolation", Choice, "process", "Where shell commands of agents run: in bubblewrap (process), on this machine itself (host), or nowhere (off).") { Choices = ["process", "host", "off"] },
        new("tools.shell.network", Flag, "true", "Whether shell commands in the sandbox reach the network."),
        new("tools.shell.timeout", Duration, "30", "Time that a shell command gets when it asks for none.") { Minimum = 1, Maximum = 120 },
        new("background.after", Duration, "60", "A tool call that is still at work then goes on in the background; one that asks for more time goes there at once.") { Minimum = 1, Maximum = 3600 },
        new("background.max_time", Duration, "24h", "The longest that a background task may take.") { Minimum = 60, Maximum = 30 * 86_400 },
        new("background.most", Whole, "32", "Background tasks at one time on this machine.") { Minimum = 1, Maximum = 1000 },
        new("background.max_output", Size, "16MiB", "How much of what a background task prints is kept."),
        new("tools.file_send.max_size", Size, "100MiB", "The largest file that an agent sends to a person."),
        new("tools.shell.environment", List, "", "Names of environment variables that shell commands may see."),
        new("tools.shell.read_only", List, "", "Further folders that shell commands in the sandbox may read."),
        new("tools.policy.#.tool", Text, "", "The tool that a rule is for; * is any."),
        new("tools.policy.#.action", Choice, "", "What happens to a call that matches; the first rule that fits decides.") { Choices = ["allow", "ask", "deny"] },
        new("tools.policy.#.pattern", Text, "*", "Which calls: a command for shell, a path for file tools; * and ? stand for any text."),
        new("tools.mcp_servers.*.command", Text, "", "Program of an MCP server that speaks over its standard streams."),
        new("tools.mcp_servers.*.args", List, "", "Its arguments."),
        new("tools.mcp_servers.*.env.*", Text, "", "Its environment.") { Secret = true },
        new("tools.mcp_servers.*.url", Address, "", "Address of an MCP server that speaks streamable HTTP."),
        new("tools.mcp_servers.*.headers.*", Text, "", "Headers sent to it.") { Secret = true },
        new("tools.web.enabled", Flag, "true", "Whether agents may fetch pages and search the web."),
        new("tools.web.private_hosts", List, "", "Hosts that agents may fetch from though their addresses are private, such as nas.lan:8080.") { Items = ListItems.Reachable },
        new("tools.web.metaso_url", Address, "https://metaso.cn/api/mcp", "The MCP endpoint of Metaso's search."),
        new("tools.web.metaso_api_key", Text, "", "Key of Metaso's search.") { Secret = true, Aliases = ["METASO_API_KEY"] },
        new("undo.quota", Size, "200MiB", "Disk for what files held before agents changed them, so that /undo brings it back; 0B keeps nothing."),
        new("undo.keep", Duration, "168h", "How long that is kept.") { Minimum = 60 },
        new("coding.isolation", Choice, "process", "Where coding agents run: in bubblewrap (process), on this machine itself (host), or nowhere (off).") { Choices = ["process", "host", "off"] },
        new("coding.agent", Text, "", "The coding agent of a session that names none; by default the first that is there: claude, those under coding.agents, pi."),
        new("coding.agents.*.command", Text, "", "Command line of a coding agent that speaks ACP; for claude and pi where theirs is found."),
        new("coding.agents.*.files", List, "", "What it needs of its user's home, such as its login, shown to it read-only: paths in the home, or full ones."),
        new("coding.environment", List, string.Join(", ", CodingOptions.UsualEnvironment), "Names of environment variables that coding agents see; a * at the end stands for any text."),
        new("coding.timeout", Duration, "5m", "Time that a prompt for a coding session gets when it names none.") { Minimum = 1, Maximum = 86_400 },
        new("coding.silence", Duration, "10m", "Time after which a coding agent that says nothing is ended as hung.") { Minimum = 1, Maximum = 86_400 },
        new("coding.most", Whole, "16", "Coding sessions that may be open on this machine at one time.") { Minimum = 1, Maximum = 64 },
    ];
}
