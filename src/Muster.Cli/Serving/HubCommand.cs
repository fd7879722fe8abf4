namespace Muster.Cli.Serving;

internal sealed class HubCommand : MusterCommand
{
    public HubCommand(CommandHost host)
        : base(host, "hub", """
            Run a hub alone: people and machines connect to it, and it runs nobody's code.

            On addresses other than loopback it serves https with a certificate of its own; machines pin it by their token.

            Examples:
              muster hub --urls https://0.0.0.0:5000
              muster hub --urls http://0.0.0.0:5000 --insecure-http --hosts muster.example.org    behind a proxy that adds https
            """) => SettingOptions.AddTo(this, "urls", "insecure_http", "hosts");

    protected override Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.Home.Create();
        var configuration = context.ValidConfiguration();
        return new ServeLoop(context).RunAsync(configuration, configuration.List("urls"), null, cancellationToken);
    }
}
