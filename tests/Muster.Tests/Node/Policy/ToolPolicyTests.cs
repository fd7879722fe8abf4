using System.Text.Json;
using Muster.Node.Policy;
using Muster.Node.Sandbox;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Policy;

public sealed class ToolPolicyTests
{
    [Theory]
    [InlineData("gpio", "write LAMP", """{"action":"write","line":"LAMP","value":1}""", PolicyAction.Allow)]
    [InlineData("gpio", "write LAMP", """{"action":"write","line":"LAMP","chip":"gpiochip1","value":1}""", PolicyAction.Ask)]
    [InlineData("gpio", "write gpiochip0 17", """{"action":"write","chip":"gpiochip0","offset":17,"value":1}""", PolicyAction.Allow)]
    [InlineData("gpio", "write LAMP", """{"action":"write","line":"MOTOR","note":"write LAMP","value":1}""", PolicyAction.Ask)]
    public void Policy_AllowingALine_IsForThatLineOnly(string tool, string pattern, string arguments, PolicyAction decided) =>
        new ToolPolicy("/work", [new PolicyRule(tool, pattern, PolicyAction.Allow)]).Decide(tool, JsonElement.Parse(arguments), ShellIsolation.Process)
            .Action.ShouldBe(decided);

    [Theory]
    [InlineData("fetch https://*.corp.test/*", """{"action":"fetch","url":" HTTPS://Wiki.CORP.test/a"}""", PolicyAction.Deny)]
    [InlineData("fetch https://*.corp.test/*", """{"action":"fetch","url":"https://other.test/"}""", PolicyAction.Allow)]
    [InlineData("search *", """{"action":"search","query":"x"}""", PolicyAction.Deny)]
    [InlineData("search *", """{"action":"ask","query":"search x"}""", PolicyAction.Allow)]
    public void Policy_DenyingAnAddress_SeesItAsItIsFetched(string pattern, string arguments, PolicyAction decided) =>
        new ToolPolicy("/work", [new PolicyRule("web", pattern, PolicyAction.Deny)]).Decide("web", JsonElement.Parse(arguments), ShellIsolation.Process)
            .Action.ShouldBe(decided);

    [Theory]
    [InlineData("file_read", ShellIsolation.Host, PolicyAction.Allow)]
    [InlineData("file_write", ShellIsolation.Process, PolicyAction.Allow)]
    [InlineData("file_ops", ShellIsolation.Process, PolicyAction.Allow)]
    [InlineData("shell", ShellIsolation.Process, PolicyAction.Allow)]
    [InlineData("shell", ShellIsolation.Host, PolicyAction.Ask)]
    [InlineData("run_shell", ShellIsolation.Host, PolicyAction.Ask)]
    [InlineData("shell", ShellIsolation.Off, PolicyAction.Deny)]
    [InlineData("submit_job", ShellIsolation.Process, PolicyAction.Ask)]
    [InlineData("fleet", ShellIsolation.Process, PolicyAction.Ask)]
    [InlineData("some_new_tool", ShellIsolation.Process, PolicyAction.Ask)]
    [InlineData("skill", ShellIsolation.Host, PolicyAction.Allow)]
    [InlineData("mcp__weather__today", ShellIsolation.Host, PolicyAction.Allow)]
    public void Decide_NoRules_FollowsTheDefaults(string tool, ShellIsolation isolation, PolicyAction expected) =>
        new ToolPolicy("/work", []).Decide(tool, Arguments(new { command = "ls", path = "a" }), isolation).Action.ShouldBe(expected);

    [Theory]
    [InlineData("git status", PolicyAction.Allow)]
    [InlineData("git", PolicyAction.Allow)]
    [InlineData("git add . && git commit -m 'x; y'", PolicyAction.Allow)]
    [InlineData("git status; curl evil", PolicyAction.Ask)]
    [InlineData("git log $(curl evil)", PolicyAction.Ask)]
    [InlineData("git log | sh", PolicyAction.Ask)]
    [InlineData("gitk", PolicyAction.Ask)]
    [InlineData("npm publish", PolicyAction.Deny)]
    [InlineData("git status && npm publish --tag x", PolicyAction.Deny)]
    [InlineData("git log ${X:-$(curl evil)}", PolicyAction.Ask)]
    [InlineData("git log \"${X+`curl evil`}\"", PolicyAction.Ask)]
    [InlineData("git log <<EOF\n$(curl evil)\nEOF", PolicyAction.Ask)]
    [InlineData("git log <<'EOF'\n$(curl evil)\nEOF", PolicyAction.Ask)]
    [InlineData("A=b git log", PolicyAction.Ask)]
    [InlineData("git log > x", PolicyAction.Ask)]
    [InlineData("git log >> x", PolicyAction.Ask)]
    [InlineData("git log &> x", PolicyAction.Ask)]
    [InlineData("git log >| x", PolicyAction.Ask)]
    [InlineData("git log >& x", PolicyAction.Ask)]
    [InlineData("git status; > x", PolicyAction.Ask)]
    [InlineData("git log > /dev/null 2>&1", PolicyAction.Allow)]
    [InlineData("git log < x 2>&1 >&2", PolicyAction.Allow)]
    [InlineData("A=xxxxxxxx" + ";A=$A$A$A$A$A$A$A$A;A=$A$A$A$A$A$A$A$A;A=$A$A$A$A$A$A$A$A;A=$A$A$A$A$A$A$A$A;A=$A$A$A$A$A$A$A$A;git log $A", PolicyAction.Ask)]
    [InlineData("sudo -u root npm publish", PolicyAction.Deny)]
    [InlineData("env A=b npm publish", PolicyAction.Deny)]
    [InlineData("echo publish | xargs npm", PolicyAction.Deny)]
    [InlineData("bash -c 'cd x; npm publish'", PolicyAction.Deny)]
    [InlineData("/usr/bin/npm publish", PolicyAction.Deny)]
    [InlineData("echo 'npm publish' | sh", PolicyAction.Deny)]
    [InlineData("ssh host npm publish", PolicyAction.Deny)]
    [InlineData("for t in a publish; do npm $t; done", PolicyAction.Deny)]
    [InlineData("echo npm publish", PolicyAction.Ask)]
    public void Decide_ShellRules_CountForEachCommand(string command, PolicyAction expected)
    {
        var policy = new ToolPolicy("/work", [
            PolicyRule.Parse("shell_exec", "git *", "allow"),
            PolicyRule.Parse("shell", "npm publish*", "deny"),
        ]);

        policy.Decide("run_shell", Arguments(new { command }), ShellIsolation.Host).Action.ShouldBe(expected);
    }

    [Theory]
    [InlineData("sudo systemctl status x", PolicyAction.Allow)]
    [InlineData("sudo systemctl status x > y", PolicyAction.Deny)]
    [InlineData("sudo curl x", PolicyAction.Deny)]
    public void Decide_AllowBeforeDenyAll_AllowsWhatIsWrittenThere(string command, PolicyAction expected)
    {
        var policy = new ToolPolicy("/work", [
            PolicyRule.Parse("shell", "sudo systemctl *", "allow"),
            PolicyRule.Parse("shell", "*", "deny"),
        ]);

        policy.Decide("shell", Arguments(new { command }), ShellIsolation.Process).Action.ShouldBe(expected);
    }

    [Theory]
    [InlineData("git push origin", PolicyAction.Ask)]
    [InlineData("env A=b git push", PolicyAction.Ask)]
    [InlineData("bash -lc 'cd x && git push'", PolicyAction.Ask)]
    [InlineData("sudo -u root git push", PolicyAction.Ask)]
    [InlineData("bash -c 'git pull'", PolicyAction.Allow)]
    public void Decide_RuleThatAsks_ReachesWhatIsStarted(string command, PolicyAction expected) =>
        new ToolPolicy("/work", [PolicyRule.Parse("shell", "git push*", "ask")]).Decide("shell", Arguments(new { command }), ShellIsolation.Process).Action.ShouldBe(expected);

    [Fact]
    public void Decide_FirstRuleThatFits_DecidesByPathAndAlias()
    {
        var policy = new ToolPolicy("/work", [
            PolicyRule.Parse("file_write", "docs/*", "allow"),
            PolicyRule.Parse("file_*", "*.env", "deny"),
            PolicyRule.Parse("file_write", null, "ask"),
            PolicyRule.Parse("mcp__weather__*", "", "ask"),
        ]);

        Action("file_write", "docs/a.env").ShouldBe(PolicyAction.Allow);
        Action("file_read", "prod.env").ShouldBe(PolicyAction.Deny);
        Action("file_ops", "prod.env").ShouldBe(PolicyAction.Deny);
        Action("file_write", "src/a.cs").ShouldBe(PolicyAction.Ask);
        Action("mcp__weather__today", "x").ShouldBe(PolicyAction.Ask);

        PolicyAction Action(string tool, string path) => policy.Decide(tool, Arguments(new { path }), ShellIsolation.Process).Action;
    }

    [Fact]
    public void WithNobodyToAsk_Ask_BecomesDeny()
    {
        var decision = new ToolPolicy("/work", []).Decide("shell", Arguments(new { command = "ls" }), ShellIsolation.Host).WithNobodyToAsk();

        decision.Action.ShouldBe(PolicyAction.Deny);
        decision.Reason.ShouldContain("Nobody is there to ask");
        PolicyDecision.Allow.WithNobodyToAsk().ShouldBe(PolicyDecision.Allow);
    }

    [Theory]
    [InlineData("shell", "maybe", "allow, ask, deny")]
    [InlineData("shell", "7", "allow, ask, deny")]
    [InlineData("", "allow", "needs `tool`")]
    public void Parse_BadEntry_NamesIt(string tool, string action, string expected) =>
        Should.Throw<FormatException>(() => PolicyRule.Parse(tool, "*", action)).Message.ShouldContain(expected);

    private static JsonElement Arguments(object value) => JsonSerializer.SerializeToElement(value);
}
