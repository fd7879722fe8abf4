using Microsoft.Extensions.Logging;
using Muster.Hub.Accounts;
using Muster.Hub.Fleet;
using Muster.Hub.Jobs.Pool;

namespace Muster.Hub.Jobs.Probes;

/// <summary>Tells the admins of machines that gave a wrong result.</summary>
internal sealed partial class WrongResults(NodeDirectory nodes, People people, ILogger<WrongResults> logger)
{
    /// <summary>After the commit.</summary>
    public void Tell(PoolEffects effects)
    {
        foreach (var node in effects.Wrong)
        {
            var (name, level) = (node.Terms.Name, node.Trust.ToString().ToLowerInvariant());
            LogWrong(name, level);
            foreach (var admin in people.Admins)
            {
                nodes.Tell(new FleetNotice(
                    admin, node.Id, "wrong_result", "warning", $"⚠️ A result of \"{name}\" was found wrong; its trust is {level} now. To take it out of the pool: muster node trust {name} --level suspended"));
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "A result of {Node} was found wrong; its trust is {Level}")]
    private partial void LogWrong(string node, string level);
}
