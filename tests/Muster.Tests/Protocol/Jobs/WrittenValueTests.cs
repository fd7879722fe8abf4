using System.Text.Json;
using Muster.Protocol.Jobs;
using Shouldly;
using Xunit;

namespace Muster.Tests.Protocol.Jobs;

/// <summary>Sizes, times and ranges as people write them.</summary>
public sealed class WrittenValueTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    [InlineData("1B", 1)]
    [InlineData("1KiB", 1024)]
    [InlineData("1KB", 1000)]
    [InlineData("1.5 MiB", 1_572_864)]
    [InlineData(".5GiB", 1L << 29)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("8388607TiB", 8_388_607L << 40)]
    public void ByteSize_Written_IsRead(string text, long bytes)
    {
        ByteSize.TryParse(text, out var size).ShouldBeTrue();
        size.Bytes.ShouldBe(bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1G")]
    [InlineData("1Gi")]
    [InlineData("GiB")]
    [InlineData("1GiB ")]
    [InlineData(" 1GiB")]
    [InlineData("1GiBs")]
    [InlineData("1,5GiB")]
    [InlineData("1/2GiB")]
    [InlineData("1e3")]
    [InlineData("NaN")]
    [InlineData("9223372036854775808")]
    [InlineData("8388608TiB")]
    [InlineData("99999999999999999999999999999999999GiB")]
    [InlineData("1..5GiB")]
    public void ByteSize_NoSize_IsRefused(string? text) => ByteSize.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData(0, "0B")]
    [InlineData(1000, "1KB")]
    [InlineData(1023, "1023B")]
    [InlineData(1L << 30, "1GiB")]
    [InlineData(1536L << 20, "1536MiB")]
    [InlineData(12_000_000_000, "12GB")]
    [InlineData(long.MaxValue, "9223372036854775807B")]
    public void ByteSize_Text_ReadsBack(long bytes, string text)
    {
        new ByteSize(bytes).ToString().ShouldBe(text);
        ByteSize.TryParse(text, out var size).ShouldBeTrue();
        size.Bytes.ShouldBe(bytes);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("90", 90)]
    [InlineData("0.5", 0.5)]
    [InlineData("1d2h3m4s5ms", 93_784.005)]
    [InlineData("1.5h", 5_400)]
    [InlineData("100ms", 0.1)]
    public void Duration_Written_IsRead(string text, double seconds)
    {
        Duration.TryParse(text, out var duration).ShouldBeTrue();
        duration.TotalSeconds.ShouldBe(seconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("-1s")]
    [InlineData("1x")]
    [InlineData("s")]
    [InlineData("1s1s")]
    [InlineData("1s1m")]
    [InlineData("1m30")]
    [InlineData("1 m")]
    [InlineData("1e9s")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("99999999999999d")]
    [InlineData("1/2h")]
    [InlineData("1.2.3s")]
    public void Duration_NoTime_IsRefused(string? text) => Duration.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(90, "1m30s")]
    [InlineData(5_400, "1h30m")]
    [InlineData(0.25, "250ms")]
    [InlineData(86_400 * 400, "400d")]
    public void Duration_Text_ReadsBack(double seconds, string text)
    {
        Duration.Text(TimeSpan.FromSeconds(seconds)).ShouldBe(text);
        Duration.TryParse(text, out var duration).ShouldBeTrue();
        duration.TotalSeconds.ShouldBe(seconds);
    }

    [Theory]
    [InlineData("0..399", 0, 400)]
    [InlineData("5..5", 5, 1)]
    [InlineData("10", 0, 10)]
    [InlineData("0..9007199254740991", 0, 1L << 53)]
    public void ArrayRange_Written_IsRead(string text, long first, long count)
    {
        ArrayRange.TryParse(text, out var range).ShouldBeTrue();
        range.ShouldBe(new ArrayRange(first, count));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("0")]
    [InlineData("..")]
    [InlineData("1..")]
    [InlineData("..1")]
    [InlineData("2..1")]
    [InlineData("-1..1")]
    [InlineData("0..9007199254740992")]
    [InlineData("0..99999999999999999999")]
    [InlineData("0...3")]
    [InlineData("1, 2")]
    public void ArrayRange_NoRange_IsRefused(string? text) => ArrayRange.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Values_InJson_AreReadFromNumbersToo()
    {
        var spec = JsonSerializer.Deserialize("""
            {"deadline": 90, "max_cpt": 2.5, "tasks": [{"command": "echo a", "array": 3, "needs": {"memory": 1024}, "payloads": [{"a": 1}, null]}]}
            """, JobSpecJson.Default.JobSpec)!;

        (spec.Deadline, spec.MaxCpt).ShouldBe((TimeSpan.FromSeconds(90), 2.5m));
        var task = spec.Tasks.ShouldHaveSingleItem();
        task.Command.ShouldBe(["sh", "-c", "echo a"]);
        (task.Array, task.Needs!.Memory).ShouldBe((ArrayRange.Of(3), new ByteSize(1024)));
        task.Payloads!.Select(payload => System.Text.Encoding.UTF8.GetString(payload.Utf8.Span)).ShouldBe(["{\"a\": 1}", "null"]);
    }

    [Theory]
    [InlineData("{\"tasks\": [], \"deadline\": -1}")]
    [InlineData("{\"tasks\": [], \"max_cpt\": \"-1\"}")]
    [InlineData("{\"tasks\": [], \"priority\": 1}")]
    [InlineData("{\"tasks\": [{\"comand\": [\"x\"]}]}")]
    [InlineData("{\"tasks\": [{\"command\": [\"x\", 1]}]}")]
    [InlineData("{\"tasks\": [{\"needs\": {\"memory\": \"1G\"}}]}")]
    [InlineData("{\"tasks\": [{\"array\": \"x\"}]}")]
    [InlineData("{\"tasks\": [{\"inputs\": {\"a/\": {\"form\": \"x\"}}}]}")]
    public void Values_InJsonThatAreNone_AreRefused(string json) => Should.Throw<JsonException>(() => JsonSerializer.Deserialize(json, JobSpecJson.Default.JobSpec));

    [Fact]
    public void JobSpec_WrittenAndRead_IsTheSame()
    {
        var spec = new JobSpec
        {
            MaxCpt = 25,
            Tasks = [new TaskSpec { Command = ["a", "b"], Timeout = TimeSpan.FromSeconds(1.5), Runtime = SpecRuntime.Function, Inputs = new Dictionary<string, InputSpec> { ["a/"] = InputSpec.From("b") } }],
        };

        var json = JsonSerializer.Serialize(spec, JobSpecJson.Default.JobSpec);

        json.ShouldBe("""{"tasks":[{"runtime":"function","command":["a","b"],"inputs":{"a/":{"from":"b"}},"timeout":"1s500ms"}],"max_cpt":"25.000000"}""");
        JsonSerializer.Serialize(JsonSerializer.Deserialize(json, JobSpecJson.Default.JobSpec)!, JobSpecJson.Default.JobSpec).ShouldBe(json);
    }
}
