using Muster.Node.Coding;
using Muster.Storage;
using static Muster.Cli.Configuration.SettingKind;

namespace Muster.Cli.Configuration;

/// <summary>Every key there is.</summary>
public static class SettingTable
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("urls", List, "http://127.0.0.1:5000", "Addresses on which the hub listens.") { Items = ListItems.Listening },
        new("lan", Flag, "false", "Listen on this machine's LAN address as well and print its link as a QR code."),
        new("insecure_http", Flag, "false", "Serve plain http on addresses other than loopback: only behind a proxy that adds https."),
        new("hosts", List, "", "Further host names under which people reach the hub; other Host headers are refused.") { Items = ListItems.Host },
        new("database", Text, "", "A database of a PostgreSQL server that the hub keeps everything in, as postgres://USER:PASSWORD@HOST/DATABASE; by default it is hub.db in the home.") { Secret = true, Shown = DatabaseAddress.Shown },
        new("site", Text, "", "A folder with the built site, in place of the one inside the program."),
        new("working_dir", Text, "", "The folder in which agents work. Default: the current folder for ask and chat, $MUSTER_HOME/work for up and node.") { Aliases = ["WORKING_DIR"] },
        new("node.name", Text, "", "Name of this machine in the fleet when it joins; by default its host name. Later: `muster node rename`.") { Aliases = ["NODE_ID", "WORKER_ID"], OptionAliases = ["--worker-id"] },
        new("node.display_name", Text, "", "Name shown to people in place of the name.") { Aliases = ["DISPLAY_NAME"] },
        new("node.router_url", Address, "", "Hub of a PhoneWork host configuration.") { Aliases = ["ROUTER_URL"] },
        .. DoorSettingTable.All,
        new("model", Text, "", "Name of the model that answers; by default the first one configured."),
        new("models.*.provider", Choice, "openai", "How to speak to the endpoint.") { Choices = ["openai", "anthropic", "offline"] },
        new("models.*.base_url", Address, "", "The endpoint; by default the provider's own."),
        new("models.*.api_key", Text, "", "Its key.") { Secret = true },
        new("models.*.model", Text, "", "The endpoint's name of the model."),
        new("models.*.context_window", Whole, "128000", "Tokens that it can take in.") { Minimum = 1024, Maximum = 10_000_000 },
        new("models.*.max_tokens", Whole, "", "Longest answer in tokens; the endpoint's own limit when empty.") { Minimum = 1, Maximum = 1_000_000 },
        new("models.*.thinking", Choice, "", "How much it thinks before it answers.") { Choices = ["none", "low", "medium", "high"] },
        new("models.*.fallbacks", List, "", "Names of models that are tried, in order, when this one fails."),
        new("agent.max_turns", Whole, "50", "Turns after which a run ends.") { Minimum = 1, Maximum = 1000 },
        new("agent.rules", List, "", "Rules that the agent keeps in every run; compaction never drops them."),
        new("assistant.hub", Flag, "true", "Whether the hub answers by itself what needs no machine: reminders, notes, the state of the fleet, and with a model plain questions."),
        new("assistant.plan", Choice, "asked", "Whether \"plan: …\" in a conversation is split into steps that the pool runs (asked), or is a message like any other (off).") { Choices = ["asked", "off"] },
        new("assistant.router", Choice, "auto", "Who chooses among several machines where no rule does: a model of the hub if there is one (auto), or the active machine (rules).") { Choices = ["auto", "rules"] },
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
        .. PoolSettingTable.All,
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
        new("router_secret", Text, "", "Shared secret of PhoneWork machines; without it they are not let in.") { Secret = true, Aliases = ["ROUTER_SECRET"] },
        new("phonework.users", List, "", "Users whom PhoneWork machines may serve; by default the owner.") { Aliases = ["SERVES_USERS"] },
        .. HubSettingTable.All,
        new("logs.level", Choice, "info", "What is written to the log files.") { Choices = ["trace", "debug", "info", "warning", "error"] },
    ];

    private static readonly IReadOnlyList<(string[] Parts, Setting Setting)> _patterns = [.. All.Select(setting => (setting.Key.Split('.'), setting))];

    /// <summary>The declaration of a dotted key such as <c>models.fast.api_key</c>.</summary>
    public static Setting? Find(string key)
    {
        var parts = key.Split('.');
        foreach (var (pattern, setting) in _patterns)
        {
            if (Matches(pattern, parts, pattern.Length))
            {
                return setting;
            }
        }

        return null;
    }

    /// <summary>Whether keys exist below this one.</summary>
    public static bool IsBranch(string key)
    {
        var parts = key.Split('.');
        return _patterns.Any(entry => entry.Parts.Length > parts.Length && Matches(entry.Parts, parts, parts.Length));
    }

    /// <summary>The declared key that a mistyped one is most like, or null.</summary>
    public static string? Nearest(string key)
    {
        var parts = key.Split('.');
        var candidates = _patterns.Select(entry => string.Join('.', entry.Parts.Take(parts.Length)
            .Select((part, index) => part is "*" or "#" ? parts[index] : part)));
        return Nearness.Nearest(key, candidates.Distinct(StringComparer.Ordinal).Where(candidate => candidate != key));
    }

    private static bool Matches(string[] pattern, string[] parts, int length)
    {
        if (parts.Length != length)
        {
            return false;
        }

        for (var i = 0; i < length; i++)
        {
            if (pattern[i] != "*" && pattern[i] != parts[i] && !(pattern[i] == "#" && int.TryParse(parts[i], out _)))
            {
                return false;
            }
        }

        return true;
    }
}
