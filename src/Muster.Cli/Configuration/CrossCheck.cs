using Muster.Agents.Providers;
using Muster.Cli.Pibot;
using Muster.Storage;

namespace Muster.Cli.Configuration;

/// <summary>Mistakes that no value has alone: names that lead nowhere, entries that lack a part.</summary>
internal static class CrossCheck
{
    /// <param name="wrong">Keys whose value was refused already: what they lack because of that is no second mistake.</param>
    public static IEnumerable<ConfigurationProblem> Problems(MusterConfiguration configuration, IReadOnlyCollection<string> wrong) =>
        [.. Database(configuration), .. Door(configuration), .. House(configuration), .. Model(configuration), .. Models(configuration), .. Servers(configuration, wrong), .. Policy(configuration, wrong)];

    private static IEnumerable<ConfigurationProblem> Database(MusterConfiguration configuration)
    {
        if (configuration.TextOrNull("database") is { } address && DatabaseAddress.Mistake(address) is { } mistake)
        {
            yield return new ConfigurationProblem(configuration.Source("database"), mistake);
        }
    }

    private static IEnumerable<ConfigurationProblem> Door(MusterConfiguration configuration)
    {
        if (PibotDoor.Mistake(configuration.List("pibot.listen"), configuration.List("pibot.keys"), configuration.List("pibot.allow")) is { } mistake)
        {
            yield return new ConfigurationProblem(
                configuration.Source("pibot.listen"), mistake, "Give it keys (pibot.keys) or the addresses that may come in (pibot.allow), or let it listen on 127.0.0.1.");
        }
    }

    private static IEnumerable<ConfigurationProblem> House(MusterConfiguration configuration)
    {
        const string key = "tools.home_assistant";
        if (configuration.TextOrNull(key + ".url") is null != configuration.TextOrNull(key + ".token") is null)
        {
            yield return new ConfigurationProblem(First(configuration, key), $"{key} needs both, a url and a token.", "A long-lived access token is made on your profile's page in Home Assistant.");
        }

        if ((configuration.TextOrNull("tools.mqtt.username") + configuration.TextOrNull("tools.mqtt.password")).AsSpan().ContainsAny('\r', '\n'))
        {
            yield return new ConfigurationProblem(First(configuration, "tools.mqtt"), "tools.mqtt has a username or a password with a line break in it.");
        }
    }

    /// <summary>Whether <c>model</c> names one that there is.</summary>
    public static IEnumerable<ConfigurationProblem> Model(MusterConfiguration configuration)
    {
        var names = configuration.Children("models");
        if (configuration.TextOrNull("model") is { } chosen && !names.Contains(chosen, StringComparer.OrdinalIgnoreCase))
        {
            yield return new ConfigurationProblem(
                configuration.Source("model"),
                $"model is \"{chosen}\", but there is no models.{chosen}.",
                names.Count == 0 ? $"None is configured; begin with: muster config set models.{chosen}.model NAME" : $"There are: {string.Join(", ", names)}.");
        }
    }

    private static IEnumerable<ConfigurationProblem> Models(MusterConfiguration configuration)
    {
        var models = configuration.Children("models").Select(name => Options(configuration, name)).ToList();
        foreach (var model in models)
        {
            // The others are taken as they should be, so that every sentence is about this one.
            var others = models.Where(other => other != model).Select(Whole).ToList();
            foreach (var mistake in ModelRules.Mistakes([model with { Fallbacks = [] }, .. others]))
            {
                yield return new ConfigurationProblem(First(configuration, "models." + model.Name), mistake);
            }

            foreach (var mistake in ModelRules.Mistakes([Whole(model) with { Fallbacks = model.Fallbacks }, .. others]))
            {
                yield return new ConfigurationProblem(configuration.Source($"models.{model.Name}.fallbacks"), mistake);
            }
        }
    }

    private static ModelOptions Options(MusterConfiguration configuration, string name) => new()
    {
        Name = name,
        Provider = configuration.Text($"models.{name}.provider") == "offline" ? ModelProvider.Offline : ModelProvider.OpenAi,
        Model = configuration.TextOrNull($"models.{name}.model"),
        Fallbacks = configuration.List($"models.{name}.fallbacks"),
    };

    private static ModelOptions Whole(ModelOptions model) => model with { Model = "any", Fallbacks = [] };

    private static IEnumerable<ConfigurationProblem> Servers(MusterConfiguration configuration, IReadOnlyCollection<string> wrong)
    {
        foreach (var name in configuration.Children("tools.mcp_servers"))
        {
            var key = "tools.mcp_servers." + name;
            var (command, url) = (configuration.TextOrNull(key + ".command"), configuration.TextOrNull(key + ".url"));
            if (command is null == url is null && !wrong.Contains(key + ".url"))
            {
                yield return new ConfigurationProblem(
                    First(configuration, key),
                    $"{key} has {(command is null ? "neither a command nor a url" : "a command and a url")}.",
                    "Give it a command for a program here, or a url for a server elsewhere.");
            }
        }
    }

    private static IEnumerable<ConfigurationProblem> Policy(MusterConfiguration configuration, IReadOnlyCollection<string> wrong)
    {
        foreach (var place in configuration.Children("tools.policy"))
        {
            foreach (var part in new[] { "tool", "action" }.Where(part => configuration.TextOrNull($"tools.policy.{place}.{part}") is null && !wrong.Contains($"tools.policy.{place}.{part}")))
            {
                yield return new ConfigurationProblem(First(configuration, "tools.policy." + place), $"The rule tools.policy.{place} has no {part}.");
            }
        }
    }

    private static Source First(MusterConfiguration configuration, string key) =>
        configuration.Set.Where(leaf => leaf.Key.StartsWith(key + ".", StringComparison.Ordinal)).MinBy(leaf => leaf.Source.Line)!.Source;
}
