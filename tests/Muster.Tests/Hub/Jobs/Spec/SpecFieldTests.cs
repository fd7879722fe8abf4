using System.Globalization;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Spec;
using Muster.Hub.Jobs.Spec.Values;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs.Spec;

/// <summary>Every field with every kind of wrong value: an error at the field, with its line.</summary>
public sealed class SpecFieldTests
{
    private static readonly Dictionary<TaskRuntime, string> _bases = new()
    {
        [TaskRuntime.Process] = "command: [\"true\"]", [TaskRuntime.Container] = "image: alpine", [TaskRuntime.Agent] = "objective: think",
        [TaskRuntime.Function] = "function: f",
    };

    public static TheoryData<string, TaskRuntime> TaskFields() => new(FieldNames.Task.All.Where(name => name != "payload").Select(name => (name, name switch
    {
        "image" or "pull" => TaskRuntime.Container,
        "objective" or "skills" => TaskRuntime.Agent,
        "function" or "payloads" => TaskRuntime.Function,
        _ => TaskRuntime.Process,
    })));

    public static TheoryData<string, string> Wrong() => new(
    [
        ("retries", "-1"), ("retries", "101"), ("retries", "1.5"), ("retries", "99999999999999999999999999"), ("retries", ".nan"), ("retries", "many"), ("retries", "[1]"),
        ("array", "0"), ("array", "-1..5"), ("array", "5..1"), ("array", "1000001"), ("array", "0..1000000"), ("array", "0..9223372036854775807"), ("array", "a..b"), ("array", "1.5"), ("array", "\"\""), ("array", "{}"),
        ("hosts", "0"), ("hosts", "-2"), ("hosts", "1025"), ("hosts", "two"),
        ("timeout", "0"), ("timeout", "-5s"), ("timeout", "31d"), ("timeout", "10 minutes"), ("timeout", "1m1h"), ("timeout", "9e99"), ("timeout", ".inf"), ("timeout", "99999999999999999999d"), ("timeout", "[10m]"),
        ("runtime", "proces"), ("runtime", "7"), ("runtime", "Process"),
        ("verify", "2"), ("verify", "{copies: 0}"), ("verify", "{copies: 10}"), ("verify", "{copies: -1}"), ("verify", "{copys: 2}"),
        ("on_lost", "10m"), ("on_lost", "{wait: -1s}"), ("on_lost", "{wait: 31d}"),
        ("at_most_once", "yes"), ("at_most_once", "1"), ("preemptible", "\"true\""), ("preemptible", "[]"),
        ("id", "-a"), ("id", "a b"), ("id", "\"\""), ("id", "bäcker"), ("id", "[a]"), ("id", "a/b"),
        ("command", "[]"), ("command", "[\"\"]"), ("command", "[[a]]"), ("command", "{a: b}"), ("command", "[a, ~]"), ("command", "[a, \"${indx}\"]"), ("command", "[a, \"${index\"]"), ("command", "\"a\\0b\""), ("command", "echo ${HOME}"),
        ("env", "[A]"), ("env", "{\"1A\": x}"), ("env", "{\"A-B\": x}"), ("env", "{MUSTER_INDEX: 1}"), ("env", "{A: ~}"), ("env", "{A: [1]}"), ("env", "{A: \"${x}\"}"), ("env", "{\"\": x}"), ("env", "{\"A=B\": x}"),
        ("inputs", "./a"), ("inputs", "{../a: ./a}"), ("inputs", "{/a: ./a}"), ("inputs", "{\"a\\\\b\": ./a}"), ("inputs", "{a: sha256:12}"), ("inputs", "{a: {from: nobody}}"), ("inputs", "{a/: {form: x}}"),
        ("inputs", "{a/: {from: nobody}}"), ("inputs", "{a: https://example.org/a}"), ("inputs", "{a: ./folder/}"), ("inputs", "{a/: ./a}"), ("inputs", "{a: ./a, A: ./b}"), ("inputs", "{a: ./a, a/b: ./b}"), ("inputs", "{a: [1]}"),
        ("inputs", "[../a]"), ("inputs", "[\"sha256:1\"]"), ("inputs", "{NUL: ./a}"), ("inputs", "{a: \"\"}"), ("inputs", "{a: \"./${x}\"}"), ("inputs", "{\"${x}\": ./a}"), ("inputs", "[./a, a]"),
        ("outputs", "../*"), ("outputs", "[/etc/*]"), ("outputs", "[\"a/../b\"]"), ("outputs", "[\"\"]"), ("outputs", "{a: b}"), ("outputs", "[a, {b: c}]"), ("outputs", "[\"C:/x\"]"), ("outputs", "[\"a\\\\b\"]"), ("outputs", "[\"${i}\"]"),
        ("needs", "4"), ("needs", "[cpu]"), ("needs", "{cpu: 0}"), ("needs", "{cpu: -1}"), ("needs", "{cpu: .nan}"), ("needs", "{cpu: .inf}"), ("needs", "{cpu: 5000}"), ("needs", "{cpu: 1e999}"), ("needs", "{cpu: two}"),
        ("needs", "{memory: 1G}"), ("needs", "{memory: -1GiB}"), ("needs", "{memory: 1MiB}"), ("needs", "{memory: 99999999999TiB}"), ("needs", "{memory: .nan}"), ("needs", "{memory: 2PiB}"), ("needs", "{memory: [1]}"), ("needs", "{memory: 9223372036854775808}"),
        ("needs", "{disk: 1KiB}"), ("needs", "{disk: 1e9}"), ("needs", "{gpu: -1}"), ("needs", "{gpu: 65}"), ("needs", "{gpu: 0, gpu_memory: 1GiB}"), ("needs", "{gpu_memory: lots}"), ("needs", "{gpu_name: \"\"}"),
        ("needs", "{labels: [os]}"), ("needs", "{labels: {\"a b\": c}}"), ("needs", "{labels: {a: [b]}}"), ("needs", "{labels: {\"a=b\": c}}"), ("needs", "{location: {}}"), ("needs", "{cpu_score: -1}"), ("needs", "{gpu_score: 1e10}"),
        ("needs", "{isolation: vm}"), ("needs", "{isolation: container}"), ("needs", "{network: yes!}"), ("needs", "{network: [https://pypi.org/simple]}"), ("needs", "{network: [\"a b\"]}"), ("needs", "{network: [\"example.org:0\"]}"),
        ("needs", "{network: [\"example.org:99999\"]}"), ("needs", "{network: [\"*.*.org\"]}"), ("needs", "{network: [\"-a.org\"]}"), ("needs", "{network: [\"bücher.de\"]}"), ("needs", "{network: {a: b}}"), ("needs", "{network: [\"[::1\"]}"), ("needs", "{network: [\"a..b\"]}"),
        ("needs", "{max_price: 0}"), ("needs", "{max_price: -1}"), ("needs", "{max_price: 1.2345}"), ("needs", "{max_price: 1e3}"), ("needs", "{max_price: 1001}"), ("needs", "{trust: suspended}"), ("needs", "{node: \"a b\"}"), ("needs", "{nodes: a}"),
        ("after", "[nobody]"), ("after", "nobody"), ("after", "{a: b}"), ("after", "[[a]]"), ("after", "[it]"),
        ("entry", "run.py"), ("skills", "[web]"), ("pull", "always"), ("payload", "1"), ("payloads", "[1]"),
        ("name", "x"), ("tasks", "[]"), ("comand", "x"), ("Timeout", "1m"),
    ]);

    public static TheoryData<string, string> WrongTop() => new(
    [
        ("name", "\"\""), ("name", "[a]"), ("name", "\"a\\nb\""), ("name", new string('x', 201)),
        ("priority", "highest"), ("priority", "3"), ("max_cpt", "-1"), ("max_cpt", "1.2345678"), ("max_cpt", "1e3"), ("max_cpt", ".nan"), ("max_cpt", "9223372036855"), ("max_cpt", "1,5"),
        ("max_cpt", "99999999999999999999999999999999999"), ("max_cpt", "[1]"), ("max_cpt", "0.0000009999999999999999999999999999"),
        ("deadline", "0s"), ("deadline", "366d"), ("deadline", "tomorrow"), ("placement", "packed"), ("retention", "7d"), ("command", "x"),
    ]);

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Task_WrongValue_IsAnErrorAtItsFieldAndLine(string field, string value)
    {
        var command = field == "command" ? "timeout: 1m" : "command: [\"true\"]";
        var errors = Specs.Yaml($"name: x\ntasks:\n  - id: other\n    command: ['true']\n  - {(field == "id" ? "retries: 0" : "id: it")}\n    {command}\n    {field}: {value}\n").Errors;

        errors.ShouldNotBeEmpty();
        errors.ShouldAllBe(error => error.Field.StartsWith("tasks[1]", StringComparison.Ordinal) && (error.Line >= 5 && error.Line <= 7));
        errors.ShouldContain(error => error.Field.StartsWith($"tasks[1].{field}", StringComparison.Ordinal));
        errors.ShouldAllBe(error => error.Message.EndsWith('.') && (error.Fix.EndsWith('.') || error.Fix.EndsWith('?')));
    }

    [Theory]
    [MemberData(nameof(WrongTop))]
    public void Job_WrongValue_IsAnErrorAtItsFieldAndLine(string field, string value)
    {
        var error = Specs.Error($"tasks:\n  - command: ['true']\n{field}: {value}\n");

        (error.Field, error.Line).ShouldBe((field, 3));
    }

    [Theory]
    [MemberData(nameof(TaskFields))]
    public void Task_KnownField_IsRead(string field, TaskRuntime runtime)
    {
        var mine = _bases[runtime].StartsWith(field + ":", StringComparison.Ordinal) ? $"runtime: {runtime.ToString().ToLowerInvariant()}" : _bases[runtime];
        var errors = Specs.Yaml($"{mine}\n{field}: {{surely_not: [[1]]}}\n").Errors;

        errors.ShouldContain(error => error.Field.StartsWith(field, StringComparison.Ordinal) && !error.Message.Contains("means nothing"), string.Join('\n', errors));
    }

    [Fact]
    public void Needs_KnownFields_AreRead()
    {
        foreach (var field in FieldNames.Needs.All)
        {
            Specs.Error($"command: x\nneeds:\n  {field}: {{\"surely not\": [[1]]}}\n").Field.ShouldStartWith($"needs.{field}");
        }
    }

    [Fact]
    public void Spec_ManyMistakes_AreAllToldInTheOrderOfTheText()
    {
        var errors = Specs.Yaml("""
            name: [x]
            tasks:
              - id: a
                comand: ls
                retries: -1
              - id: a
                command: ["true"]
                needs:
                  memroy: 1GiB
                  cpu: 0
            max_cpt: lots
            """).Errors;

        errors.Select(error => (error.Field, error.Line)).ShouldBe([
            ("name", 1), ("tasks[0].command", 3), ("tasks[0].comand", 4), ("tasks[0].retries", 5), ("tasks[1].id", 6), ("tasks[1].needs.memroy", 9), ("tasks[1].needs.cpu", 10), ("max_cpt", 11),
        ], ignoreOrder: false);
        errors.Single(error => error.Field == "tasks[1].needs.memroy").Fix.ShouldBe("Did you mean memory?");
    }

    [Fact]
    public void Spec_ThousandsOfMistakes_TellsTheFirstHundred()
    {
        var spec = "tasks:\n" + string.Concat(Enumerable.Range(0, 5_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"  - retries: -{i + 1}\n    command: x\n")));

        var errors = Specs.Yaml(spec).Errors;

        errors.Count.ShouldBe(SpecLimits.Errors + 1);
        errors[^1].Message.ShouldContain("first 100");
    }
}
