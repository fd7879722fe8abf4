using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Cli;
using Muster.Protocol.Receipts;
using Muster.Tests.Cli;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs;

public sealed class ReceiptTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Receipt_OfATask_IsProvenAndEveryChangeOfAFieldIsFound()
    {
        await using var house = await PoolHouse.StartAsync(Cancel);
        var job = await house.RunAsync("echo", "hello");
        (await house.EndAsync(job)).State.ShouldBe("succeeded");
        await house.EndAsync(await house.RunAsync("echo", "more"));
        var text = await house.Hub.Client.GetStringAsync($"/api/v1/jobs/{job}/receipt", Cancel);
        var receipt = JsonSerializer.Deserialize(text, ReceiptJson.Default.Receipt)!;

        ReceiptCheck.Mistakes(receipt).ShouldBeEmpty();
        var statement = JsonNode.Parse(receipt.Statement)!.AsObject();
        (statement["job"]!.GetValue<string>(), statement["outcome"]!.GetValue<string>()).ShouldBe((job, "succeeded"));
        var account = JsonNode.Parse(receipt.Account)!.AsObject();
        account["node_name"]!.GetValue<string>().ShouldBe("node0");

        foreach (var changed in Changes(text, statement, account))
        {
            ReceiptCheck.Mistakes(JsonSerializer.Deserialize(changed.Text, ReceiptJson.Default.Receipt)!).ShouldNotBeEmpty(changed.Field);
        }
    }

    [Fact]
    public async Task Receipt_SignedByAnotherHub_HasAnotherKey()
    {
        await using var house = await PoolHouse.StartAsync(Cancel);
        var job = await house.RunAsync("echo", "hello");
        await house.EndAsync(job);
        var receipt = JsonSerializer.Deserialize(await house.Hub.Client.GetStringAsync($"/api/v1/jobs/{job}/receipt", Cancel), ReceiptJson.Default.Receipt)!;
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var forged = ReceiptCheck.Sign(receipt with { Account = receipt.Account.Replace("node0", "node9", StringComparison.Ordinal), HubKey = Convert.ToBase64String(other.ExportSubjectPublicKeyInfo()) }, other);
        using var cockpit = new Cockpit();
        cockpit.Write("forged.json", JsonSerializer.Serialize(forged, ReceiptJson.Default.Receipt));

        (await cockpit.RunAsync("receipt", "verify", Path.Combine(cockpit.Home, "forged.json"), "--hub-key", ReceiptCheck.Fingerprint(receipt.HubKey))).ShouldBe(ExitCode.Failed);

        cockpit.Error.ToString().ShouldContain("Another hub signed it");
    }

    [Fact]
    public async Task Receipt_ByCommand_IsWrittenAndVerifiedWithoutAHub()
    {
        using var cockpit = new Cockpit();
        var file = Path.Combine(cockpit.Home, "receipt.json");
        string job;
        await using (var house = await PoolHouse.StartAsync(Cancel))
        {
            job = await house.RunAsync("echo", "hello");
            await house.EndAsync(job);
            cockpit.SignIn(house.Hub);
            (await cockpit.RunAsync("receipt", "get", job, "-o", file)).ShouldBe(ExitCode.Ok, cockpit.Error.ToString());
        }

        (await cockpit.RunAsync("receipt", "verify", file)).ShouldBe(ExitCode.Ok, cockpit.Error.ToString());
        cockpit.Out.ToString().ShouldContain("node0 of ada");
        cockpit.Out.ToString().ShouldNotContain(" bytes of memory");
        cockpit.Out.GetStringBuilder().Clear();
        (await cockpit.RunAsync("receipt", "verify", file, "--json")).ShouldBe(ExitCode.Ok);
        var verdict = JsonDocument.Parse(cockpit.Out.ToString()).RootElement;
        (verdict.GetProperty("valid").GetBoolean(), verdict.GetProperty("node").GetString(), verdict.GetProperty("outcome").GetString()).ShouldBe((true, "node0", "succeeded"));
        verdict.GetProperty("hub_key").GetString()!.Length.ShouldBe(64);

        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Cancel)).Replace("succeeded", "failed", StringComparison.Ordinal), Cancel);
        (await cockpit.RunAsync("receipt", "verify", file)).ShouldBe(ExitCode.Failed);
        cockpit.Error.ToString().ShouldContain("This receipt proves nothing.");
        cockpit.Out.GetStringBuilder().Clear();
        (await cockpit.RunAsync("receipt", "verify", file, "--json")).ShouldBe(ExitCode.Failed);
        var refusal = JsonDocument.Parse(cockpit.Out.ToString()).RootElement;
        refusal.GetProperty("valid").GetBoolean().ShouldBeFalse();
        refusal.GetProperty("problem").GetString()!.ShouldContain("changed");
    }

    [Fact]
    public async Task Receipt_OfATaskThatHasNotEnded_SaysThatThereIsNone()
    {
        await using var house = await PoolHouse.StartAsync(Cancel, nodes: 0);
        using var answer = await house.Hub.Client.GetAsync($"/api/v1/jobs/{await house.RunAsync("echo", "hello")}/receipt", Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldContain("No node has signed a result of this task");
    }

    private static IEnumerable<(string Field, string Text)> Changes(string text, JsonObject statement, JsonObject account)
    {
        foreach (var field in JsonNode.Parse(text)!.AsObject().Select(pair => pair.Key))
        {
            var receipt = JsonNode.Parse(text)!.AsObject();
            receipt[field] = Other(receipt[field]!);
            yield return (field, receipt.ToJsonString());
        }

        foreach (var (name, inner) in new[] { ("statement", statement), ("account", account) })
        {
            foreach (var field in inner.Select(pair => pair.Key))
            {
                var (receipt, said) = (JsonNode.Parse(text)!.AsObject(), inner.DeepClone().AsObject());
                said[field] = Other(said[field]!);
                receipt[name] = said.ToJsonString();
                yield return ($"{name}.{field}", receipt.ToJsonString());
            }
        }
    }

    private static JsonNode Other(JsonNode value) => value switch
    {
        JsonArray => new JsonArray(new string('0', 64)),
        _ when value.GetValueKind() == JsonValueKind.Number => value.GetValue<double>() + 1,
        _ => Swapped(value.GetValue<string>()),
    };

    /// <summary>As long, and of the same kind of letters.</summary>
    private static string Swapped(string text) => text.Length == 0 ? "0" : (text[0] == '0' ? '1' : '0') + text[1..];
}
