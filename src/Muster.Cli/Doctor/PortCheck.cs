using System.Net;
using System.Net.Sockets;
using Muster.Cli.Configuration;
using Muster.Cli.State;
using Muster.Hub.Operations;

namespace Muster.Cli.Doctor;

internal sealed class PortCheck : ICheck
{
    public string Name => "port";

    public Task<IReadOnlyList<Finding>> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var live = HubFile.Live(context.Home);
        var findings = new List<Finding>();
        foreach (var url in context.Configuration.List("urls"))
        {
            var address = ListItems.Address(url)!;
            if (address.Port != 0)
            {
                findings.Add(Find(address, live));
            }
        }

        return Task.FromResult<IReadOnlyList<Finding>>(findings);
    }

    private static Finding Find(Uri address, HubFile? live)
    {
        if (live is not null && new Uri(live.Url).Port == address.Port)
        {
            return new Finding("port", CheckState.Ok, $"{address.Port} is used by this home's hub");
        }

        if (!IsTaken(address))
        {
            return new Finding("port", CheckState.Ok, $"{address.Port} is free");
        }

        var owner = PortHolder.Find(address.Port) ?? "another program (of another user)";
        return new Finding("port", CheckState.Problem, $"{address.Port} is taken by {owner}", $"Stop it, or choose another: muster up --urls {address.Scheme}://{address.Host}:{address.Port + 1}");
    }

    private static bool IsTaken(Uri address)
    {
        var ip = address.Host is "localhost" ? IPAddress.Loopback : IPAddress.TryParse(address.Host.Trim('[', ']'), out var parsed) ? parsed : IPAddress.Any;
        using var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(ip, address.Port));
            return false;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return true;
        }
    }
}
