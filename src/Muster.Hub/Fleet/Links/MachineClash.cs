using Muster.Protocol.Wire;

namespace Muster.Hub.Fleet.Links;

/// <summary>
/// Two machines that fight over one credential. Another machine id tells them apart, or, where the whole home was copied,
/// a process that was replaced and comes again: a restart never does.
/// </summary>
internal static class MachineClash
{
    public static Refused? Find(FleetContext fleet, FleetEntry entry, Hello hello)
    {
        if (entry.Link is not MusterLink live)
        {
            return null;
        }

        if (live.MachineId == hello.MachineId && !entry.ReplacedBoots.Contains(hello.BootId))
        {
            if (live.BootId != hello.BootId)
            {
                entry.ReplacedBoots = [.. entry.ReplacedBoots.TakeLast(15), live.BootId];
            }

            return null;
        }

        Tell(fleet, entry, live);
        return new Refused
        {
            Code = "duplicate_machine",
            Message = $"Another machine is connected as {entry.Snapshot.Name} with the same credential: give this one its own with muster node join and a new token.",
            Retry = true,
        };
    }

    private static void Tell(FleetContext fleet, FleetEntry entry, MusterLink live)
    {
        var node = entry.Snapshot;
        var now = fleet.Time.GetUtcNow();
        live.TrySend(new Frame
        {
            Notice = new Notice { Kind = "duplicate_machine", Text = $"Another machine tried to connect as {node.Name} with this machine's credential and was refused." },
        });

        if (now - entry.ClashToldAt >= TimeSpan.FromMinutes(10))
        {
            entry.ClashToldAt = now; // the refused one comes again every minute
            fleet.State.Tell(new FleetNotice(
                node.Owner,
                node.Id,
                "duplicate_machine",
                "warning",
                $"⚠️ Another machine tried to connect as \"{node.Name}\" with a copy of its credential and was refused. If it is yours, run muster node join on it with a new token; if not, rotate the credential of {node.Name}."));
        }
    }
}
