using System.Buffers.Text;
using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Cli.Composition;
using Muster.Cli.State;
using Muster.Client;

namespace Muster.Cli.Machines;

internal sealed class NodeJoinCommand : MusterCommand
{
    private readonly Argument<string> _token = new("TOKEN") { Description = "An enrolment token (mjt_…) from the hub: single use, one hour" };
    private readonly Option<string?> _name = new Option<string?>("--name") { Description = "Name of this machine in the fleet (default: its host name)", HelpName = "NAME" }.NotEmpty();

    public NodeJoinCommand(CommandHost host)
        : base(host, "join", """
            Make this machine a node of a hub, once. Then start it with: muster node

            The token comes from the hub: muster node token there, or its page (Machines, Add a machine). It holds the hub's address, the fingerprint of its
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
        var name = context.Parse.GetValue(_name) ?? context.Configuration.TextOrNull("node.name") ?? LocalMachine.DefaultName;
        if (File.Exists(context.Home.NodeIdentity) && !await ConfirmAsync(context))
        {
            throw new CliException($"This home is a node already ({context.Home.NodeIdentity}). Use another home (--home DIR), or delete that file to leave its fleet.");
        }

        using var taken = HomeLock.TryTakeNode(context.Home)
            ?? throw new CliException("The node of this home runs. Stop it first, or give the new one another home: --home DIR");
        using var client = new MusterClient(token.Hub, null, new MusterClientOptions { Fingerprint = token.Fingerprint, Patience = TimeSpan.FromSeconds(5), Time = context.Time });
        var (_, given) = await LocalMachine.JoinAsync(context.Home, context.Home.Path, client, token.Fingerprint, token.Secret, name, cancellationToken);
        context.Printer.Note($"This machine is {given} in the fleet of {token.Hub}. Start it with: muster node");
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
