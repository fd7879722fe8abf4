using Muster.Cli.State;

namespace Muster.Cli.Configuration;

/// <summary>Puts the levels together: command line over environment over .env over files over defaults.</summary>
internal sealed class ConfigurationReader(Home home, Surroundings surroundings)
{
    private static readonly string[] _olderFiles = ["host_config.yaml", "keyring.yaml"];

    private readonly List<string> _warnings = [];
    private readonly List<ConfigurationProblem> _problems = [];
    private readonly HashSet<string> _wrong = new(StringComparer.Ordinal);

    /// <param name="options">Keys given as options of the command.</param>
    /// <param name="environmentFile">A further .env, or null.</param>
    public MusterConfiguration Read(IEnumerable<Leaf> options, string? environmentFile)
    {
        var yaml = ReadYaml();
        _problems.AddRange(yaml?.Problems ?? []);
        var files = Variables.Of(Level.File, _olderFiles.SelectMany(OlderFile));
        var dotenv = Variables.Of(Level.EnvironmentFile, DotEnv(environmentFile));
        var environment = Variables.Of(Level.Environment, surroundings.Variables.Select(pair => (pair.Key, pair.Value, new Source(Level.Environment, pair.Key))));

        var values = new Dictionary<string, Leaf>(StringComparer.Ordinal);
        Merge(values, [.. Aliases.Leaves(files, _warnings)], yaml?.Leaves ?? []);
        Merge(values, [.. Aliases.Leaves(dotenv, _warnings)], dotenv.Own());
        Merge(values, [.. Aliases.Leaves(environment, _warnings)], environment.Own());
        Merge(values, [], options);
        DropMixedFamilies(values);
        foreach (var key in Aliases.OfClaudeCodeAlone(values))
        {
            values.Remove(key);
        }

        foreach (var implied in Aliases.Implied(values).ToList())
        {
            values[implied.Key] = implied;
        }

        _problems.AddRange(CrossCheck.Problems(new MusterConfiguration(values, _warnings, _problems), _wrong));
        return new MusterConfiguration(values, _warnings, [.. _problems.OrderBy(problem => problem.Source.Line)]);
    }

    private void Merge(Dictionary<string, Leaf> values, IReadOnlyList<Leaf> aliases, IEnumerable<Leaf> own)
    {
        foreach (var alias in aliases)
        {
            Add(values, alias);
        }

        var fromList = new HashSet<string>(StringComparer.Ordinal);
        foreach (var leaf in own)
        {
            if (aliases.FirstOrDefault(alias => alias.Key == leaf.Key) is { } weaker && weaker.Value != leaf.Value)
            {
                _warnings.Add($"{weaker.Source} and {leaf.Source} both set {leaf.Key} and differ; {leaf.Source} is used. Remove one of them.");
            }

            ReplaceList(values, leaf, fromList);
            Add(values, leaf);
        }
    }

    /// <summary>A list of a higher level takes the place of a lower one's, it does not mix with it.</summary>
    private static void ReplaceList(Dictionary<string, Leaf> values, Leaf leaf, HashSet<string> replaced)
    {
        const string policy = "tools.policy.";
        if (leaf.Key.StartsWith(policy, StringComparison.Ordinal) && replaced.Add(policy))
        {
            foreach (var key in values.Keys.Where(key => key.StartsWith(policy, StringComparison.Ordinal)).ToList())
            {
                values.Remove(key);
            }
        }
    }

    private void Add(Dictionary<string, Leaf> values, Leaf leaf)
    {
        if (SettingTable.Find(leaf.Key) is not { } setting)
        {
            var near = SettingTable.Nearest(leaf.Key);
            _warnings.Add($"{leaf.Source} sets {leaf.Key}, which is no key." + (near is null ? "" : $" Did you mean {near}?"));
            return;
        }

        if (ValueCheck.Mistake(setting, leaf.Value) is { } mistake)
        {
            _problems.Add(new ConfigurationProblem(leaf.Source, mistake));
            _wrong.Add(leaf.Key);
            return;
        }

        values[leaf.Key] = leaf;
    }

    // A key must never travel to an address that was set for another one on a different level.
    private void DropMixedFamilies(Dictionary<string, Leaf> values)
    {
        if (values.GetValueOrDefault("models.default.api_key")?.Source.Alias is { } key
            && values.GetValueOrDefault("models.default.base_url")?.Source.Alias is { } address
            && key.Split('_')[0] != address.Split('_')[0])
        {
            _warnings.Add($"{key} and {address} belong to different services; {address} is not used. Set both for one service.");
            values.Remove("models.default.base_url");
        }
    }

    private YamlSettings? ReadYaml()
    {
        try
        {
            return Home.Read(home.ConfigurationFile) is { } text ? YamlSettings.Parse(text, "muster.yaml") : null;
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            _problems.Add(new ConfigurationProblem(new Source(Level.File, home.ConfigurationFile), "It cannot be read: " + exception.Message));
            return null;
        }
    }

    private IEnumerable<(string, string, Source)> DotEnv(string? further)
    {
        if (further is not null)
        {
            foreach (var (name, value, line) in EnvironmentFile.Parse(Home.Read(further) ?? ""))
            {
                yield return (name, value, new Source(Level.EnvironmentFile, further, line));
            }
        }

        foreach (var file in new[] { ".env", "pibot.env" })
        {
            foreach (var (name, value, line) in EnvironmentFile.Parse(Home.Read(home.In(file)) ?? ""))
            {
                yield return (name, value, new Source(Level.EnvironmentFile, file, line));
            }
        }
    }

    private IEnumerable<(string, string, Source)> OlderFile(string file)
    {
        if (Home.Read(home.In(file)) is not { } text)
        {
            return [];
        }

        var (values, problems) = FlatYaml.Parse(text, file);
        _problems.AddRange(problems);
        return values;
    }
}
