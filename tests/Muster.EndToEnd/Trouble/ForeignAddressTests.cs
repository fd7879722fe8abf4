using System.Diagnostics;
using Muster.Testing;
using Muster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Trouble;

/// <summary>What a hub tells an address that is not loopback: hub and caller in a network namespace of their own.</summary>
public sealed class ForeignAddressTests
{
    [Fact]
    public async Task Hub_CalledFromElsewhere_IsClosedUntilClaimedAndThenNamesMachinesToWhoIsSignedIn()
    {
        using var home = new TemporaryFolder();

        var answers = await InNamespaceAsync(
            """
            ip link set lo up && ip addr add 10.87.0.1/32 dev lo || exit 77
            "$MUSTER" --home "$1" up --urls http://127.0.0.1:5087,http://10.87.0.1:5087 --insecure-http --node-name nas --json > "$1/out" 2>&1 & hub=$!
            until grep -q 'claim#' "$1/out" || ! kill -0 $hub; do read -t 0.05 <> <(:); done
            token=$(sed 's/.*claim#\([A-Za-z0-9_-]*\).*/\1/' "$1/out" | head -n 1)
            ask() { curl -s -m 20 -w '\n%{http_code}' -H 'Content-Type: application/json' "$@" | tr '\n' ' '; echo; }
            api=http://10.87.0.1:5087
            ask $api/api/v1/conversations
            ask $api/health
            ask -d '{"token":"wrong","username":"ada","password":"correct horse"}' $api/api/v1/claim
            ask -d "{\"token\":\"$token\",\"username\":\"ada\",\"password\":\"correct horse\"}" $api/api/v1/claim
            ask $api/health
            key=$(grep -o '"token": *"[^"]*"' "$1/credentials.json" | cut -d '"' -f 4)
            ask -H "Authorization: Bearer $key" $api/health
            kill $hub; wait $hub
            """,
            home.Path);

        answers.Length.ShouldBe(6);
        answers[0].ShouldContain("muster owner link");
        answers[0].ShouldEndWith("503");
        answers[1].ShouldEndWith("503");
        answers[2].ShouldEndWith("403");
        answers[3].ShouldEndWith("200");
        answers[4].ShouldContain("\"nodes\":[]");
        answers[4].ShouldEndWith("200");
        answers[5].ShouldContain("\"node_id\":\"nas\"");
    }

    private static async Task<string[]> InNamespaceAsync(string script, string home)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "A network namespace needs root");
        var start = new ProcessStartInfo("unshare", ["--net", "bash", "-c", script, "bash", home]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["MUSTER"] = MusterProcess.Program;
        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
