namespace Muster.Cli.Configuration;

/// <summary>The names of the three systems that Muster unites, and what they mean here.</summary>
internal static class Aliases
{
    public const string VolcBaseUrl = "https://ark.cn-beijing.volces.com/api/coding/v3";
    public const string VolcModel = "doubao-seed-code";
    public const string OpenAiModel = "gpt-5-mini";
    public const string AnthropicModel = "claude-sonnet-4-5";

    private static readonly (string Key, string[] Names)[] _models =
    [
        ("models.default.api_key", ["OPENAI_API_KEY", "VOLC_API_KEY"]),
        ("models.default.base_url", ["OPENAI_BASE_URL", "VOLC_BASE_URL"]),
        ("models.default.model", ["OPENAI_MODEL", "MODEL_NAME"]),
        ("models.anthropic.api_key", ["ANTHROPIC_API_KEY"]),
        ("models.anthropic.base_url", ["ANTHROPIC_BASE_URL"]),
        ("models.anthropic.model", ["ANTHROPIC_MODEL"]),
        ("models.router.api_key", ["ROUTER_LLM_API_KEY"]),
        ("models.router.base_url", ["ROUTER_LLM_BASE_URL"]),
        ("models.router.model", ["ROUTER_LLM_MODEL"]),
    ];

    /// <summary>All alias names, for docs and for reading files of the older systems.</summary>
    public static IEnumerable<(string Key, string[] Names)> Table => SettingTable.All
        .Where(setting => setting.Aliases.Count > 0)
        .Select(setting => (setting.Key, setting.Aliases.ToArray()))
        .Concat(_models);

    /// <summary>Leaves of one level; of two names for one key the first wins, and a difference is a warning that names both.</summary>
    public static IEnumerable<Leaf> Leaves(Variables level, List<string> warnings)
    {
        foreach (var workers in Workers(level))
        {
            yield return workers;
        }

        foreach (var (key, names) in Table)
        {
            if (IsOtherFamily(level, names, out var usable))
            {
                names.Except(usable, StringComparer.Ordinal).ToList().ForEach(name => warnings.Add($"{names[0]} or its family is set, so {name} is not used. Remove one of them."));
            }

            var found = usable.Select(level.Find).OfType<(string Value, Source Source)>().ToList();
            if (found.Count == 0)
            {
                continue;
            }

            foreach (var other in found.Skip(1).Where(other => other.Value != found[0].Value))
            {
                warnings.Add($"{found[0].Source.Alias} and {other.Source.Alias} are both set and differ; {found[0].Source.Alias} is used. Remove one of them.");
            }

            yield return new Leaf(key, found[0].Value, found[0].Source);
        }
    }

    /// <summary>WORKER_1_IP, WORKER_2_IP, …: the workers of a PiBot master, in the order of their numbers.</summary>
    public static IEnumerable<Leaf> Workers(Variables level)
    {
        var found = level.Numbered("WORKER_", "_IP");
        if (found.Count > 0)
        {
            yield return new Leaf("pibot.workers", string.Join(',', found.Select(worker => worker.Value)), found[0].Source);
        }
    }

    /// <summary>What a key of Volcengine alone implies; it goes only to the address that belongs to it.</summary>
    public static IEnumerable<Leaf> Implied(IReadOnlyDictionary<string, Leaf> values) => [.. ImpliedByKey(values), .. ImpliedByAnthropic(values)];

    /// <summary>
    /// ANTHROPIC_BASE_URL and ANTHROPIC_MODEL without a key are settings of Claude Code, which has a login of its own: they make no model here.
    /// </summary>
    public static IReadOnlyList<string> OfClaudeCodeAlone(IReadOnlyDictionary<string, Leaf> values)
    {
        var anthropic = values.Where(pair => pair.Key.StartsWith("models.anthropic.", StringComparison.Ordinal)).ToList();
        return anthropic.All(pair => pair.Value.Source.Alias is not null && !pair.Key.EndsWith(".api_key", StringComparison.Ordinal)) ? [.. anthropic.Select(pair => pair.Key)] : [];
    }

    private static IEnumerable<Leaf> ImpliedByAnthropic(IReadOnlyDictionary<string, Leaf> values)
    {
        if (values.GetValueOrDefault("models.anthropic.api_key")?.Source.Alias is not { } alias)
        {
            yield break;
        }

        var implied = new Source(Level.Default, "implied by " + alias);
        foreach (var (key, value) in new[] { ("provider", "anthropic"), ("model", AnthropicModel), ("context_window", "200000") })
        {
            if (!values.ContainsKey("models.anthropic." + key))
            {
                yield return new Leaf("models.anthropic." + key, value, implied);
            }
        }
    }

    private static IEnumerable<Leaf> ImpliedByKey(IReadOnlyDictionary<string, Leaf> values)
    {
        if (!values.TryGetValue("models.default.api_key", out var key))
        {
            key = values.GetValueOrDefault("models.default.base_url");
        }

        if (key?.Source.Alias is not { } alias)
        {
            yield break;
        }

        var volc = alias.StartsWith("VOLC_", StringComparison.Ordinal);
        var implied = new Source(Level.Default, "implied by " + alias);
        if (volc && !values.ContainsKey("models.default.base_url"))
        {
            yield return new Leaf("models.default.base_url", VolcBaseUrl, implied);
        }

        if (!values.ContainsKey("models.default.model"))
        {
            yield return new Leaf("models.default.model", volc ? VolcModel : OpenAiModel, implied);
        }
    }

    // A key is sent only to the address that was set for it: OPENAI_* and VOLC_* are never mixed.
    private static bool IsOtherFamily(Variables level, string[] names, out string[] usable)
    {
        var openAi = level.Find("OPENAI_API_KEY") is not null || level.Find("OPENAI_BASE_URL") is not null;
        usable = openAi ? [.. names.Where(name => !name.StartsWith("VOLC_", StringComparison.Ordinal))] : names;
        var dropped = names.Except(usable, StringComparer.Ordinal).Where(name => level.Find(name) is not null);
        return dropped.Any() && usable.All(name => level.Find(name) is null || level.Find(name)!.Value.Value != level.Find(dropped.First())!.Value.Value);
    }
}
