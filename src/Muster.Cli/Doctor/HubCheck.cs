using System.Net.Http.Headers;
using Muster.Cli.State;
using Muster.Cli.Talk;
using Muster.Client;

namespace Muster.Cli.Doctor;

/// <summary>Whether the hub that counts here answers, knows us, and has the same time.</summary>
internal sealed class HubCheck : ICheck
{
    public string Name => "hub";

    private static readonly TimeSpan _skew = TimeSpan.FromSeconds(30);

    public async Task<IReadOnlyList<Finding>> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var url = HubFile.Live(context.Home)?.Url ?? StoredCredential.Read(context.Home.Login)?.Url;
        if (url is null)
        {
            return [new Finding("hub", CheckState.Ok, "none runs for this home and none is signed in to; ask and chat bring their own")];
        }

        var findings = new List<Finding>();
        try
        {
            await using var connection = HubConnection.Open(context);
            var hub = await connection.Client.Accounts.HubAsync(cancellationToken);
            var me = await connection.Client.Accounts.MeAsync(cancellationToken);
            findings.Add(new Finding("hub", CheckState.Ok, $"{url} answers (Muster {hub.Version}); you are {me.User.Username}"));
            if (!hub.Claimed)
            {
                findings.Add(new Finding("hub", CheckState.Warning, "its owner has set no password yet, so it answers this machine only", "Print the link for it: muster owner link"));
            }
        }
        catch (MusterException exception) when (exception.Status == 0)
        {
            return [new Finding("hub", CheckState.Problem, exception.Detail, "Is it running, and does a firewall let you through? Another one: muster login URL")];
        }
        catch (MusterException exception)
        {
            return [new Finding("hub", CheckState.Problem, $"{url} refuses: {exception.Detail}", $"Sign in again: muster login {url}")];
        }

        findings.AddRange(await ClockAsync(new Uri(url), context, cancellationToken));
        return findings;
    }

    private static async Task<IEnumerable<Finding>> ClockAsync(Uri url, CommandContext context, CancellationToken cancellationToken)
    {
        if (url.IsLoopback)
        {
            return []; // one machine, one clock
        }

        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null; // only its clock is asked
        using var http = new HttpClient(handler);
        using var answer = await http.GetAsync(new Uri(url, "api/v1/hub"), cancellationToken);
        return Clock(answer.Headers, context.Time.GetUtcNow());
    }

    internal static IEnumerable<Finding> Clock(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (headers.Date is { } theirs && (theirs - now).Duration() is var difference && difference > _skew)
        {
            yield return new Finding("clock", CheckState.Problem, $"this machine's clock and the hub's differ by {Terminal.When.Span(difference)}", "Let both set their time from the network: sudo timedatectl set-ntp true");
        }
        else
        {
            yield return new Finding("clock", CheckState.Ok, "agrees with the hub's");
        }
    }
}

/// <summary>Whether this machine, if it joined a fleet, is online there.</summary>
internal sealed class NodeCheck : ICheck
{
    public string Name => "node";

    public async Task<IReadOnlyList<Finding>> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (State.Home.Read(context.Home.NodeIdentity) is not { } text)
        {
            return [];
        }

        var identity = System.Text.Json.Nodes.JsonNode.Parse(text);
        var id = identity?["node_id"]?.GetValue<string>();
        try
        {
            await using var connection = HubConnection.Open(context);
            var node = await connection.Client.Nodes.GetAsync(id ?? "", cancellationToken);
            return [node.Status == "offline"
                ? new Finding("node", CheckState.Warning, $"{node.Name} is offline, last seen {Terminal.When.Ago(node.LastSeen, context.Time)}", "Start it with: muster node")
                : new Finding("node", CheckState.Ok, $"{node.Name} is {node.Status}")];
        }
        catch (CliException)
        {
            return [new Finding("node", CheckState.Ok, "this machine joined a hub; whether it is online is known there only (sign in with muster login URL to see it here)")];
        }
        catch (MusterException exception) when (exception.Status == 404)
        {
            return [new Finding("node", CheckState.Problem, "the hub does not know this machine: it was removed", "Join again with a new token: muster node join TOKEN")];
        }
        catch (MusterException exception)
        {
            return [new Finding("node", CheckState.Warning, exception.Detail)];
        }
    }
}
