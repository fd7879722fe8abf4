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
        new("model", Text, "", "Name of the model that answers; by default the first one configured."),
        new("models.*.provider", Choice, "openai", "How to speak to the endpoint.") { Choices = ["openai", "anthropic", "offline"] },
        new("models.*.base_url", Address, "", "The endpoint; by default the provider's own."),
        new("models.*.api_key", Text, "", "Its key.") { Secret = true },
        new("models.*.model", Text, "", "The endpoint's name of the model."),
        new("models.*.context_window", Whole, "128000", "Tokens that it can take in.") { Minimum = 1024, Maximum = 10_000_000 },
        new("models.*.max_tokens", Whole, "", "Longest answer in tokens; the endpoint's own limit when empty.") { Minimum = 1, Maximum = 1_000_000 },
        new("models.*.thinking", Choice, "", "How much it thinks before it answers.") { Choices = ["none", "low", "medium", "high"] },
        new("models.*.fallbacks", List, "", "Names of models that are tried, in order, when this one fails."),
        new("models.*.price.input", Number, "0", "Credits for a million tokens that it reads; without a price nobody is asked and nothing is counted.") { Minimum = 0, Maximum = 1_000_000 },
        new("models.*.price.output", Number, "0", "Credits for a million tokens that it writes.") { Minimum = 0, Maximum = 1_000_000 },
        new("models.*.price.cached", Number, "", "Credits for a million tokens that came from the provider's cache; by default as input.") { Minimum = 0, Maximum = 1_000_000 },
        .. AgentSettingTable.All,
        new("assistant.hub", Flag, "true", "Whether the hub answers by itself what needs no machine: reminders, notes, the state of the fleet, and with a model plain questions."),
        new("assistant.plan", Choice, "asked", "Whether \"plan: …\" in a conversation is split into steps that the pool runs (asked), or is a message like any other (off).") { Choices = ["asked", "off"] },
        new("assistant.router", Choice, "auto", "Who chooses among several machines where no rule does: a model of the hub if there is one (auto), or the active machine (rules).") { Choices = ["auto", "rules"] },
        .. PoolSettingTable.All,
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
