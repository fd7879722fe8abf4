using Muster.Cli.Configuration;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Configuration;

public sealed class YamlEditorTests
{
    [Theory]
    [InlineData("", "model", "fast", "model: fast\n")]
    [InlineData("# mine\nmodel: slow # why\nurls: x\n", "model", "fast", "# mine\nmodel: fast # why\nurls: x\n")]
    [InlineData("tools:\n  # about shells\n  shell:\n    network: true\n", "tools.shell.isolation", "host", "tools:\n  # about shells\n  shell:\n    isolation: host\n    network: true\n")]
    [InlineData("model: fast\n", "tools.shell.isolation", "host", "tools:\n  shell:\n    isolation: host\nmodel: fast\n")]
    [InlineData("# only a comment\n", "model", "a b", "# only a comment\nmodel: \"a b\"\n")]
    public void Set_KeepsEverythingElse(string text, string key, string value, string expected) =>
        YamlEditor.Set(text, key, value).ShouldBe(expected);

    [Theory]
    [InlineData("model: fast\n", "model", "")]
    [InlineData("# mine\nmodel: fast # why\nlan: true\n", "model", "# mine\nlan: true\n")]
    [InlineData("tools:\n  shell:\n    isolation: host\nlan: true\n", "tools.shell.isolation", "lan: true\n")]
    [InlineData("tools:\n  shell:\n    isolation: host\n    # about it\n    network: true\n", "tools.shell.network", "tools:\n  shell:\n    isolation: host\n    # about it\n")]
    [InlineData("urls:\n  - http://127.0.0.1:1\n  - http://127.0.0.1:2\nlan: true", "urls", "lan: true")]
    public void Unset_KeepsEverythingElse(string text, string key, string expected) =>
        YamlEditor.Unset(text, key).ShouldBe(expected);
}
