using System.Text.Json;
using Muster.Node.Policy;
using Muster.Node.Sandbox;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Policy;

/// <summary>Sentences of the owner that forbid something, held against calls.</summary>
public sealed class OwnerRuleTests
{
    private static readonly PolicyRule _everything = new("*", "*", PolicyAction.Allow);

    [Theory]
    [InlineData("never delete mail", "shell", """{"command":"rm -r ~/Maildir/cur"}""")]
    [InlineData("never delete mail", "shell", """{"command":"find . -name inbox -delete"}""")]
    [InlineData("Never delete mail.", "mcp__mail__delete_message", """{"id":"7"}""")]
    [InlineData("never delete mail", "mcp__gmail__batchModify", """{"action":"trash","query":"in:inbox"}""")]
    [InlineData("never delete mail", "submit_job", """{"objective":"clean up: delete all mails older than a year"}""")]
    [InlineData("don't push to main", "shell", """{"command":"git push origin main"}""")]
    [InlineData("don't push to main", "shell", """{"command":"git pu\"\"sh origin HEAD:ma\\in"}""")]
    [InlineData("don't push to main", "shell", """{"command":"bash -c 'git p\"us\"h origin main'"}""")]
    [InlineData("never change config.yaml", "shell", """{"command":"echo x > conf''ig.yaml"}""")]
    [InlineData("do not push", "run_background", """{"command":"sleep 5 && git push"}""")]
    [InlineData("never touch ~/photos", "file_write", """{"path":"photos/a.txt","content":""}""")]
    [InlineData("never touch ~/photos", "file_read", """{"path":"photos/a.jpg"}""")]
    [InlineData("never read .env", "shell", """{"command":"cat .env"}""")]
    [InlineData("never change /etc/nginx", "shell", """{"command":"sed -i s/a/b/ /etc/nginx/nginx.conf"}""")]
    [InlineData("never change config.yaml or secrets", "file_edit", """{"path":"config.yaml","edits":[]}""")]
    [InlineData("you must never delete anything", "shell", """{"command":"rm a.txt"}""")]
    [InlineData("never restart the server", "shell", """{"command":"ssh server reboot"}""")]
    [InlineData("不要删除邮件", "shell", """{"command":"rm -r mail"}""")]
    [InlineData("禁止修改 config.yaml", "file_write", """{"path":"config.yaml","content":"x"}""")]
    [InlineData("绝不要删除我的照片或视频", "shell", """{"command":"rm 视频/a.mp4"}""")]
    [InlineData("不要动 家庭账本", "file_edit", """{"path":"家庭账本.md","edits":[]}""")]
    public void Rule_ThatForbids_IsHeldAgainstTheCall_WhateverThePolicyAllows(string rule, string tool, string arguments)
    {
        var decision = Decide(rule, tool, arguments);

        decision.Action.ShouldBe(PolicyAction.Deny);
        decision.Reason.ShouldBe($"The owner's rule \"{rule}\" forbids this.");
    }

    [Theory]
    [InlineData("never delete mail", "shell", """{"command":"ls Maildir"}""")]
    [InlineData("never delete mail", "shell", """{"command":"rm notes.txt"}""")]
    [InlineData("never delete mail", "file_write", """{"path":"notes.md","content":"how to delete mail"}""")]
    [InlineData("never delete mail", "web", """{"action":"search","query":"how to delete mail in mutt"}""")]
    [InlineData("never delete mail", "memory_write", """{"text":"the owner never wants mail deleted"}""")]
    [InlineData("don't push to main", "shell", """{"command":"git push origin feature"}""")]
    [InlineData("never touch ~/photos", "file_write", """{"path":"docs/a.txt","content":"photos"}""")]
    [InlineData("answer in German", "shell", """{"command":"rm a"}""")]
    [InlineData("never forget to be polite", "shell", """{"command":"rm a"}""")]
    [InlineData("never use anything", "shell", """{"command":"ls"}""")]
    [InlineData("不要删除邮件", "shell", """{"command":"rm notes.txt"}""")]
    public void Rule_AboutSomethingElse_LetsTheCallRun(string rule, string tool, string arguments) => Decide(rule, tool, arguments).Action.ShouldBe(PolicyAction.Allow);

    [Theory]
    [InlineData("ask me before deleting photos", """{"command":"rm photos/a.jpg"}""")]
    [InlineData("never delete photos without asking", """{"command":"rm photos/a.jpg"}""")]
    [InlineData("删除照片前要先问我", """{"command":"rm photos/a.jpg"}""")]
    public void Rule_ThatWantsAYes_Asks(string rule, string arguments) => Decide(rule, "shell", arguments).Action.ShouldBe(PolicyAction.Ask);

    private static PolicyDecision Decide(string rule, string tool, string arguments) =>
        new ToolPolicy("/work", [_everything], [rule]).Decide(tool, JsonElement.Parse(arguments), ShellIsolation.Process);
}
