using Muster.Hub.Jobs;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs.Spec;

/// <summary>What right specs become.</summary>
public sealed class SpecPlanTests
{
    [Fact]
    public void Task_NothingSaid_HasTheDefaults()
    {
        var plan = Specs.Plan("command: [\"true\"]");

        plan.Text().ShouldBe(new JobPlan { Name = "true", Steps = [new StepPlan { Id = "task", Command = ["true"] }] }.Text());
    }

    [Fact]
    public void Command_OneText_IsRunByTheShell() => Specs.Step("command: echo a && echo b").Command.ShouldBe(["sh", "-c", "echo a && echo b"]);

    [Fact]
    public void Command_NumbersAndFlags_AreTakenAsWritten() => Specs.Step("command: [sleep, 5, true, 0x1f, 1.50, yes]").Command.ShouldBe(["sleep", "5", "true", "0x1f", "1.50", "yes"]);

    [Theory]
    [InlineData("0..399", 0, 400)]
    [InlineData("1..10", 1, 10)]
    [InlineData("7..7", 7, 1)]
    [InlineData("12", 0, 12)]
    [InlineData("1000000", 0, 1_000_000)]
    [InlineData("9007199254740991..9007199254740991", 9007199254740991, 1)]
    public void Array_Range_IsFirstAndCount(string array, long first, int count)
    {
        var step = Specs.Step($"command: x\narray: {array}");

        (step.Array, step.FirstIndex, step.Count).ShouldBe((true, first, count));
    }

    [Fact]
    public void Hosts_Several_AreAGang()
    {
        var step = Specs.Step("command: x\nhosts: 3");

        (step.Gang, step.Count, step.Array).ShouldBe((true, 3, false));
    }

    [Theory]
    [InlineData("array: 0..3", "array")]
    [InlineData("payloads: [1]", "payloads")]
    public void Hosts_WithAnArray_IsAnError(string other, string field) =>
        Specs.Yaml($"function: f\nhosts: 2\n{other}").Errors.ShouldContain(error => error.Field == field && error.Message.Contains("cannot go with hosts"));

    [Theory]
    [InlineData("1h30m", 5400)]
    [InlineData("90s", 90)]
    [InlineData("1.5h", 5400)]
    [InlineData("1500ms", 1.5)]
    [InlineData("2d", 172_800)]
    [InlineData("45", 45)]
    [InlineData("2.5", 2.5)]
    public void Timeout_Written_IsSeconds(string written, double seconds) => Specs.Step($"command: x\ntimeout: {written}").TimeoutSeconds.ShouldBe(seconds);

    [Theory]
    [InlineData("1GiB", 1L << 30)]
    [InlineData("1gib", 1L << 30)]
    [InlineData("1.5GB", 1_500_000_000)]
    [InlineData("512 MiB", 512L << 20)]
    [InlineData("16777216", 16L << 20)]
    [InlineData("1TiB", 1L << 40)]
    public void Memory_Written_IsBytes(string written, long bytes) => Specs.Step($"command: x\nneeds: {{memory: {written}}}").Needs.MemoryBytes.ShouldBe(bytes);

    [Theory]
    [InlineData("25", 25_000_000)]
    [InlineData("\"0.000001\"", 1)]
    [InlineData("12.5", 12_500_000)]
    [InlineData("0", 0)]
    [InlineData("9223372036854", 9_223_372_036_854_000_000)]
    public void MaxCpt_Written_IsMicroCredits(string written, long micro) => Specs.Plan($"command: x\nmax_cpt: {written}").MaxMicro.ShouldBe(micro);

    [Theory]
    [InlineData("function: f", TaskRuntime.Function)]
    [InlineData("image: alpine", TaskRuntime.Container)]
    [InlineData("objective: think", TaskRuntime.Agent)]
    [InlineData("command: x", TaskRuntime.Process)]
    public void Runtime_LeftOut_FollowsFromWhatIsRun(string field, TaskRuntime runtime) => Specs.Step(field).Runtime.ShouldBe(runtime);

    [Theory]
    [InlineData("runtime: container\ncommand: x", "image")]
    [InlineData("runtime: function", "function")]
    [InlineData("runtime: agent", "objective")]
    [InlineData("runtime: process", "command")]
    [InlineData("package: ./a.zip", "command")]
    public void Runtime_WithoutWhatItNeeds_IsAnError(string spec, string field) => Specs.Error(spec).Field.ShouldBe(field);

    [Fact]
    public void Container_Isolation_IsAlwaysItsOwn()
    {
        Specs.Step("image: alpine").Needs.Isolation.ShouldBe(TaskIsolation.Container);
        Specs.Step("image: alpine\nneeds: {isolation: process}").Needs.Isolation.ShouldBe(TaskIsolation.Container);
        Specs.Error("image: alpine\nneeds: {isolation: none}").Field.ShouldBe("needs.isolation");
        Specs.Step("command: x\nneeds: {isolation: none}").Needs.Isolation.ShouldBe(TaskIsolation.None);
    }

    [Fact]
    public void Agent_AtMostOnce_IsTheDefault()
    {
        Specs.Step("objective: think").AtMostOnce.ShouldBeTrue();
        Specs.Step("objective: think\nat_most_once: false").AtMostOnce.ShouldBeFalse();
        Specs.Step("objective: think\non_lost: {wait: 1h}").LostWaitSeconds.ShouldBe(3600);
        Specs.Step("command: x").AtMostOnce.ShouldBeFalse();
    }

    [Theory]
    [InlineData("objective: think\nverify: {copies: 2}", "verify")]
    [InlineData("command: x\nat_most_once: true\nverify: {copies: 2}", "verify")]
    [InlineData("command: x\nhosts: 2\nverify: {copies: 2}", "verify")]
    [InlineData("command: x\nat_most_once: true\npreemptible: true", "preemptible")]
    [InlineData("command: x\non_lost: {wait: 1m}", "on_lost")]
    [InlineData("function: f\nneeds: {network: '*'}", "needs.network")]
    [InlineData("objective: think\nneeds: {isolation: process}", "needs.isolation")]
    [InlineData("function: f\nenv: {A: b}", "env")]
    [InlineData("command: x\nobjective: think", "command")]
    public void Task_WhatContradictsItself_IsAnError(string spec, string field) => Specs.Error(spec).Field.ShouldBe(field);

    [Theory]
    [InlineData("none", "")]
    [InlineData("[]", "")]
    [InlineData("'*'", "*")]
    [InlineData("['*', a.org]", "*")]
    [InlineData("PyPI.org.", "pypi.org")]
    [InlineData("[a.org, 'a.org:8443', '*.b.org', '10.0.0.1', '[2001:db8::1]:443', a.org]", "a.org a.org:8443 *.b.org 10.0.0.1 [2001:db8::1]:443")]
    public void Network_Written_IsHosts(string written, string hosts) => string.Join(' ', Specs.Step($"command: x\nneeds: {{network: {written}}}").Needs.Network).ShouldBe(hosts);

    [Fact]
    public void Network_AnAddressOfThePage_TellsTheHost() => Specs.Error("command: x\nneeds: {network: 'https://pypi.org/simple'}").Fix.ShouldBe("Write the host alone: pypi.org.");

    [Fact]
    public void Needs_Everything_IsInThePlan()
    {
        var needs = Specs.Step("""
            command: x
            needs:
              cpu: 0.5
              gpu_memory: 12GB
              gpu_name: RTX
              gpu_score: 10.5
              cpu_score: 3
              location: Berlin
              max_price: 1.5
              trust: trusted
              node: nas
              labels: { os: linux, rack: 4 }
            """).Needs;

        (needs.Cpu, needs.Gpu, needs.GpuMemoryBytes, needs.GpuName, needs.GpuScore, needs.CpuScore).ShouldBe((0.5, 1, 12_000_000_000, "RTX", 10.5, 3));
        (needs.Location, needs.MaxPrice, needs.Trust, needs.Node).ShouldBe(("Berlin", 1500, TrustLevel.Trusted, "nas"));
        needs.Labels.ShouldBe(new Dictionary<string, string> { ["os"] = "linux", ["rack"] = "4" });
    }

    [Fact]
    public void Fields_Null_AreLeftOut() =>
        Specs.Json("""{"command": ["x"], "needs": null, "env": null, "array": null, "payload": null, "name": null}""").Errors
            .ShouldHaveSingleItem().Field.ShouldBe("payload"); // null is a value that a function can be called with

    [Theory]
    [InlineData("command: ffmpeg -i a", "ffmpeg")]
    [InlineData("command: [/usr/bin/python3, x]", "python3")]
    [InlineData("function: resize", "resize")]
    [InlineData("objective: \"Find it.\\nThen stop.\"", "Find it. Then stop.")]
    [InlineData("package: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\nentry: a/run.py", "run.py")]
    public void Name_LeftOut_IsWhatPeopleWouldCallIt(string spec, string name) => Specs.Plan(spec).Name.ShouldBe(name);

    [Fact]
    public void Package_WithEntry_RunsTheScriptInItsFolder()
    {
        var step = Specs.Step("package: ./work.zip\nentry: tool/run.sh");

        step.Command.ShouldBeEmpty(); // the node's own way to run a script
        (step.Entry, step.Package).ShouldBe(("tool/run.sh", ".muster-package.zip"));
        step.Inputs.ShouldHaveSingleItem().ShouldBe(new InputPlan(".muster-package.zip", Specs.Hash, "./work.zip".Length, null));
    }

    [Fact]
    public void Package_WithACommand_IsOnlyUnpacked()
    {
        var step = Specs.Step("package: ./work.zip\ncommand: make");

        step.Command.ShouldBe(["sh", "-c", "make"]);
        (step.Entry, step.Package).ShouldBe((null, ".muster-package.zip"));
    }

    [Theory]
    [InlineData("package: ./a.zip\nentry: ../run.py", "entry")]
    [InlineData("package: ./a.zip\nentry: run.exe", "entry")]
    [InlineData("package: ./a.zip\nentry: run.py\ncommand: x", "entry")]
    public void Package_WrongEntry_IsAnError(string spec, string field) => Specs.Error(spec).Field.ShouldBe(field);

    [Fact]
    public void Spec_TasksAndACommandAtTheTop_IsAnError() => Specs.Error("tasks:\n  - command: x\ncommand: y").Line.ShouldBe(3);

    [Theory]
    [InlineData("name: x")]
    [InlineData("name: x\ntasks: []")]
    [InlineData("{}")]
    [InlineData("name: x\ntasks:\n")]
    public void Spec_WithoutTasks_IsAnError(string spec) => Specs.Error(spec).Message.ShouldBe("There are no tasks.");
}
