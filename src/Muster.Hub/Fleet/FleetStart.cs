using System.Security.Cryptography;
using Muster.Hub.Fleet.Links;

namespace Muster.Hub.Fleet;

/// <summary>What the fleet does before it lets anyone in.</summary>
internal sealed class FleetStart(FleetContext fleet)
{
    public async Task LoadAsync(CancellationToken cancel)
    {
        var records = await fleet.Database.WriteAsync(
            tx =>
            {
                fleet.HubId = NodeStore.HubId(tx, () => RandomNumberGenerator.GetHexString(32, lowercase: true));
                var records = NodeStore.All(tx);
                foreach (var node in records.Select(record => record.Snapshot).Where(node => node.Dialect == NodeDialect.PhoneWork))
                {
                    // What such a node was doing when the hub went down cannot be heard of any more.
                    fleet.Router.Connected(tx, node, HeldWork.Nothing);
                }

                return records;
            },
            cancel);
        foreach (var record in records)
        {
            fleet.State.Add(record);
        }
    }
}
