using Muster.Cli.Talk;

namespace Muster.Cli.Machines;

/// <summary>Makes an enrolment token and says what to type on the other machine.</summary>
internal sealed class NodeTokenCommand(CommandHost host) : MusterCommand(host, "token", """
    Make a one-time token with which another machine joins this hub; good for one hour.

    Example:
      muster node token
    """)
{
    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var connection = HubConnection.Open(context);
        var enrolment = await connection.Client.Enrolments.CreateAsync(cancellationToken: cancellationToken);
        if (EnrolmentToken.Parse(enrolment.Token).Hub is { IsLoopback: true } hub)
        {
            context.Printer.Warning($"warning: the hub is at {hub.Authority}, where only this machine reaches it. Start it for others with: muster up --lan   or an address of your own: --urls https://0.0.0.0:5000");
        }

        if (!(await connection.Client.Accounts.HubAsync(cancellationToken)).Claimed)
        {
            context.Printer.Warning("warning: this hub has no owner yet and lets no other machine in until there is one. Set the owner's password first: muster owner link");
        }

        if (context.Json)
        {
            Terminal.JsonLines.Write(context.Surroundings.Out, enrolment);
            return ExitCode.Ok;
        }

        context.Printer.Note("On the other machine, within an hour:");
        context.Printer.Verbatim($"muster node join {enrolment.Token} && muster node");
        return ExitCode.Ok;
    }
}
