using Muster.Hub.Fleet;

namespace Muster.Hub.Schedules;

/// <summary>Where the coding session is that an instruction names.</summary>
internal static class NamedSession
{
    /// <param name="machines">Those that it may go to: the one that the schedule names, else all of its user.</param>
    /// <param name="active">Id of the conversation's active machine.</param>
    /// <returns>Null: it is on none of those that could be asked.</returns>
    public static NodeSnapshot? MachineOf(IReadOnlyList<NodeSnapshot> machines, ScheduleRow row, string? active)
    {
        var having = machines.Where(machine => Has(machine, row)).OrderByDescending(machine => machine.Online).ThenByDescending(machine => machine.Id.ToString() == active).FirstOrDefault();
        if (having is not null || machines.Any(machine => machine is { Online: true, Dialect: NodeDialect.Muster }))
        {
            return having;
        }

        // What one that is away has is not known: it is waited for, as for every instruction.
        return machines is [var only] ? only : machines.FirstOrDefault(machine => machine.Id.ToString() == active);
    }

    private static bool Has(NodeSnapshot machine, ScheduleRow row)
    {
        var name = row.Session!.TrimStart('#');
        return machine.CodingSessions.Any(session =>
            session.UserId == row.UserId && (session.Id.Equals(name, StringComparison.OrdinalIgnoreCase) || session.Name.Equals(name, StringComparison.OrdinalIgnoreCase)));
    }
}
