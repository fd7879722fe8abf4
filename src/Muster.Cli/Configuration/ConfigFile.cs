using Muster.Cli.State;
using YamlDotNet.Core;

namespace Muster.Cli.Configuration;

/// <summary>Writes to muster.yaml, never a file that could not be read again.</summary>
internal static class ConfigFile
{
    /// <exception cref="CliException">The key or value is none, or the file is damaged already.</exception>
    public static void Set(Home home, string key, string value)
    {
        var setting = SettingTable.Find(key) ?? throw new CliException(
            $"There is no key {key}." + (SettingTable.Nearest(key) is { } near ? $" Did you mean {near}?" : " Keys: muster config show --all"), ExitCode.Usage);
        if (ValueCheck.Mistake(setting, value) is { } mistake)
        {
            throw new CliException(mistake, ExitCode.Usage);
        }

        var text = Home.Read(home.ConfigurationFile) ?? "";
        string changed;
        try
        {
            changed = YamlEditor.Set(text, key, value);
        }
        catch (YamlException exception)
        {
            throw new CliException($"muster.yaml:{exception.Start.Line} is not YAML, so it was left as it is. Mend it first: {exception.Message}");
        }

        var problems = YamlSettings.Parse(changed, "muster.yaml");
        if (problems.Leaves.All(leaf => leaf.Key != key))
        {
            throw new CliException($"{key} could not be set without changing the rest of muster.yaml. Write it there by hand.");
        }

        home.Create();
        Home.Write(home.ConfigurationFile, changed);
    }

    /// <exception cref="CliException">The file does not set the key, or not in a way that can be taken out alone.</exception>
    public static void Unset(Home home, string key)
    {
        var text = Home.Read(home.ConfigurationFile) ?? "";
        var before = YamlSettings.Parse(text, "muster.yaml").Leaves;
        if (before.All(leaf => leaf.Key != key))
        {
            throw new CliException($"muster.yaml does not set {key}. What is set: muster config show", ExitCode.NotFound);
        }

        // Only what is the same but for this key is written.
        var changed = YamlEditor.Unset(text, key);
        var after = YamlSettings.Parse(changed, "muster.yaml");
        if (after.Problems.Count > 0 || !after.Leaves.Select(Plain).SequenceEqual(before.Where(leaf => leaf.Key != key).Select(Plain)))
        {
            throw new CliException($"{key} could not be taken out without changing the rest of muster.yaml. Remove it there by hand.");
        }

        Home.Write(home.ConfigurationFile, changed);
    }

    private static (string, string) Plain(Leaf leaf) => (leaf.Key, leaf.Value);
}
