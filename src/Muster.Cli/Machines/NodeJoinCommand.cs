using System.Buffers.Text;
using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Cli.State;
using Muster.Client;
using Muster.Client.Machines;

namespace Muster.Cli.Machines;

internal sealed class NodeJoinCommand : MusterCommand
{
    private readonly Argument<string> _token = new("TOKEN") { Description = "An enrolment token (mjt_…) from the hub: single use, one hour" };
    private readonly Option<string?> _name = new("--name") { Description = "Name of this machine in the fleet (default: its host name)", HelpName = "NAME" };

    public NodeJoinCommand(CommandHost host)
        : base(host, "join", """
            Make this machine a node of a hub, once. Then start it with: muster node

            The token comes from the hub's page (Machines, Add a machine). It holds the hub's address, the fingerprint of its
            key and a secret, so nothing else has to be typed.

            Examples:
              muster node join mjt_eyJ1Ijoi…
              muster node join mjt_eyJ1Ijoi… --name nas && muster node
            """)
    {
        Add(_token);
        Add(_name);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var token = EnrolmentToken.Parse(context.Parse.GetValue(_token)!);
        var name = context.Parse.GetValue(_name) ?? context.Configuration.TextOrNull("node.name") ?? Environment.MachineName.ToLowerInvariant();
        if (File.Exists(context.Home.NodeIdentity) && !await ConfirmAsync(context))
        {
            throw new CliException($"This home is a node already ({context.Home.NodeIdentity}). Use another home (--home DIR), or delete that file to leave its fleet.");
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var client = new MusterClient(token.Hub, null, new MusterClientOptions { Fingerprint = token.Fingerprint, Patience = TimeSpan.FromSeconds(5), Time = context.Time });
        var answer = await client.Enrolments.EnrolAsync(token.Secret, Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()), name, MachineId.Read(context.Home), cancellationToken);
        NodeIdentityFile.Write(context.Home, token, answer, key);
        context.Printer.Note($"This machine is {answer.Name} in the fleet of {token.Hub}. Start it with: muster node");
        return ExitCode.Ok;
    }

    private static async Task<bool> ConfirmAsync(CommandContext context)
    {
        if (!context.AtTerminal)
        {
            return false;
        }

        context.Surroundings.Error.Write("This home is a node already. Join another fleet and forget the old one? [y/N] ");
        return (await context.Surroundings.In.ReadLineAsync())?.Trim().ToLowerInvariant() is "y" or "yes";
    }
}

/// <summary><c>mjt_</c> and the base64url of <c>{"u":hub url,"f":fingerprint or "","s":secret}</c>.</summary>
internal sealed record EnrolmentToken(Uri Hub, string? Fingerprint, string Secret)
{
    public static EnrolmentToken Parse(string text)
    {
        try
        {
            if (text.StartsWith("mjt_", StringComparison.Ordinal)
                && JsonNode.Parse(Base64Url.DecodeFromChars(text.AsSpan(4))) is JsonObject json
                && Uri.TryCreate(json["u"]?.GetValue<string>(), UriKind.Absolute, out var hub)
                && json["s"]?.GetValue<string>() is { Length: > 0 } secret)
            {
                return new EnrolmentToken(hub, json["f"]?.GetValue<string>() is { Length: > 0 } fingerprint ? fingerprint : null, secret);
            }
        }
        catch (Exception exception) when (exception is FormatException or JsonException or InvalidOperationException)
        {
            // said below, whichever way it is no token
        }

        throw new CliException("This is no enrolment token. It begins with mjt_ and has to be copied whole; the hub's page makes a new one (Machines, Add a machine).", ExitCode.Usage);
    }
}

/// <summary>A stable name of this machine that tells two machines with one credential apart.</summary>
internal static class MachineId
{
    public static string Read(Home home)
    {
        var seed = (State.Home.Read("/etc/machine-id") ?? Environment.MachineName).Trim() + "\n" + home.Path;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(seed)).AsSpan(0, 16));
    }
}

/// <summary>node.json: who this machine is to its hub.</summary>
internal static class NodeIdentityFile
{
    public static void Write(Home home, EnrolmentToken token, EnrolAnswer answer, ECDsa key)
    {
        home.Create();
        var json = new JsonObject
        {
            ["node_id"] = answer.NodeId,
            ["name"] = answer.Name,
            ["hub_url"] = token.Hub.GetLeftPart(UriPartial.Authority),
            ["fingerprint"] = token.Fingerprint ?? "",
            ["credential"] = answer.Credential,
            ["private_key"] = Convert.ToBase64String(key.ExportPkcs8PrivateKey()),
        };
        State.Home.Write(home.NodeIdentity, json.ToJsonString());
    }
}
