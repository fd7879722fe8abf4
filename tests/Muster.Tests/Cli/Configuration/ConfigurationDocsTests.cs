using Muster.Cli.Configuration;
using Muster.Tests.Tidy;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Configuration;

public sealed class ConfigurationDocsTests
{
    [Fact]
    public void Docs_EveryKey_IsDescribedAsDeclared()
    {
        var text = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "configuration.md"));

        SettingTable.All.Select(Row).Where(row => !text.Contains(row, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static string Row(Setting setting) =>
        $"| `{setting.Key}` | {(setting.Default.Length == 0 ? "" : $"`{setting.Default}`")} | {setting.Range} | {setting.Meaning} |";
}
