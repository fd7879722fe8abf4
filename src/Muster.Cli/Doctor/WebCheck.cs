using Muster.Cli.Composition;

namespace Muster.Cli.Doctor;

/// <summary>What agents can do on the internet from here. Nothing is asked of it: a search costs.</summary>
internal sealed class WebCheck : ICheck
{
    public string Name => "web";

    public Task<IReadOnlyList<Finding>> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var web = NodeConfiguration.Tools(context.Configuration, context.Home, context.Home.Work).Web;
        var text = web switch
        {
            { Enabled: false } => "tools.web.enabled is false: agents do not reach the internet by it",
            { MetasoKey: not null } => $"agents fetch, search and ask by {web.MetasoUrl.Host}",
            _ => "agents fetch pages; to search and ask, set tools.web.metaso_api_key (METASO_API_KEY)",
        };
        return Task.FromResult<IReadOnlyList<Finding>>([new Finding(Name, CheckState.Ok, text, null)]);
    }
}
