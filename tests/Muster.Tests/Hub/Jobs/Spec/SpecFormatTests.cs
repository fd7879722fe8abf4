using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Muster.Hub.Jobs.Spec;
using Muster.Protocol.Jobs;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs.Spec;

/// <summary>YAML, JSON and the SDK's records mean the same.</summary>
public sealed class SpecFormatTests
{
    private static readonly JsonSerializerOptions _relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void Spec_InYamlAndJson_IsTheSamePlan()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var spec = RandomSpec.Of(new Random(seed));
            var (json, yaml) = (spec.ToJsonString(_relaxed), RandomSpec.Yaml(spec).TrimStart('\n'));

            var (fromJson, fromYaml) = (Specs.Whole(files => Specs.Json(json, files)), Specs.Whole(files => Specs.Yaml(yaml, files)));

            fromYaml.Plan!.Text().ShouldBe(fromJson.Plan!.Text(), yaml);
            Payloads(fromYaml).ShouldBe(Payloads(fromJson), yaml);
        }
    }

    [Fact]
    public void Spec_FromRecords_IsWhatTheyMean()
    {
        var spec = new JobSpec
        {
            Name = "render", Priority = SpecPriority.High, MaxCpt = 25.5m, Deadline = TimeSpan.FromHours(36), Placement = SpecPlacement.Pack,
            Tasks =
            [
                new TaskSpec
                {
                    Id = "frame", Array = new ArrayRange(1, 400), Runtime = SpecRuntime.Process, Command = ["blender", "-f", "${index}"], Env = new Dictionary<string, string> { ["A"] = "b" },
                    Inputs = new Dictionary<string, InputSpec> { ["scene"] = InputSpec.File("./scene"), ["b"] = InputSpec.Artifact(Specs.Hash) }, Outputs = ["*.png"],
                    Needs = new NeedsSpec
                    {
                        Cpu = 2.5, Memory = ByteSize.GiB(1), Disk = ByteSize.MiB(1536), Gpu = 1, GpuMemory = new ByteSize(12_000_000_000), GpuName = "RTX", Labels = new Dictionary<string, string> { ["os"] = "linux" },
                        Location = "Berlin", CpuScore = 3, GpuScore = 4, Isolation = SpecIsolation.Process, Network = ["pypi.org", "*.a.org:443"], MaxPrice = 1.5, Trust = SpecTrust.Trusted, Node = "nas",
                    },
                    Timeout = TimeSpan.FromMinutes(90.5), Retries = 3, Verify = new VerifySpec(2), Preemptible = true,
                },
                new TaskSpec { Id = "film", After = ["frame"], Inputs = new Dictionary<string, InputSpec> { ["frames/"] = InputSpec.From("frame") }, Image = "ffmpeg", Pull = SpecPull.Always, Hosts = 2 },
                new TaskSpec { Id = "judge", Objective = "Judge.", Skills = ["web"], AtMostOnce = true, OnLost = new OnLostSpec(TimeSpan.FromSeconds(30)) },
                new TaskSpec { Id = "count", Function = "count", Payloads = [new JsonPayload("1"u8.ToArray()), new JsonPayload("{\"a\":[2]}"u8.ToArray())] },
                new TaskSpec { Id = "one", Function = "count", Payload = new JsonPayload("\"x\""u8.ToArray()) },
                new TaskSpec { Id = "zip", Package = "sha256:" + Specs.Hash, Entry = "run.py" },
            ],
        };
        var yaml = """
            name: render
            priority: high
            max_cpt: 25.5
            deadline: 1d12h
            placement: pack
            tasks:
              - id: frame
                array: 1..400
                command: [blender, -f, "${index}"]
                env: {A: b}
                inputs: {scene: ./scene, b: "sha256:HASH"}
                outputs: ["*.png"]
                needs: {cpu: 2.5, memory: 1GiB, disk: 1536MiB, gpu: 1, gpu_memory: 12GB, gpu_name: RTX, labels: {os: linux}, location: Berlin, cpu_score: 3, gpu_score: 4,
                  isolation: process, network: [pypi.org, "*.a.org:443"], max_price: 1.5, trust: trusted, node: nas}
                timeout: 90m30s
                retries: 3
                verify: {copies: 2}
                preemptible: true
              - {id: film, after: [frame], inputs: {frames/: {from: frame}}, image: ffmpeg, pull: always, hosts: 2}
              - {id: judge, objective: Judge., skills: [web], at_most_once: true, on_lost: {wait: 30s}}
              - {id: count, function: count, payloads: [1, {a: [2]}]}
              - {id: one, function: count, payload: x}
              - {id: zip, package: "sha256:HASH", entry: run.py}
            """.Replace("HASH", Specs.Hash, StringComparison.Ordinal);

        var bytes = JsonSerializer.SerializeToUtf8Bytes(spec, JobSpecJson.Default.JobSpec);
        var records = Specs.Whole(files => SpecCompiler.Compile(bytes, SpecFormat.Json, files));
        var written = Specs.Whole(files => Specs.Yaml(yaml, files));

        records.Plan!.Text().ShouldBe(written.Plan!.Text());
        Payloads(records).ShouldBe(Payloads(written));
    }

    private static IEnumerable<string>? Payloads(CompiledSpec compiled) => compiled.Payloads?.Select(payload => Encoding.UTF8.GetString(payload.Span));
}
