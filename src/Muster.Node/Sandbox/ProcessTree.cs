using System.Globalization;
using Muster.Node.Folders;

namespace Muster.Node.Sandbox;

/// <summary>Every process that a started one brought into being, found in /proc: children, its session, and those that carry its marker.</summary>
internal sealed class ProcessTree(int root, string? marker)
{
    private readonly record struct Entry(int Pid, int Parent, int Session, bool Zombie);

    /// <summary>Signals all of them, and what was born meanwhile.</summary>
    /// <param name="rootIsGone">Its number may belong to someone else by now.</param>
    /// <param name="spareRoot">Bubblewrap would take the rest with it before they can clean up.</param>
    /// <returns>How many there were besides the root.</returns>
    public int Signal(int signal, bool rootIsGone, bool spareRoot = false)
    {
        var seen = new HashSet<int>();
        for (var round = 0; round < 20; round++)
        {
            var fresh = Members(rootIsGone).Where(pid => !(spareRoot && pid == root) && seen.Add(pid)).ToList();
            if (fresh.Count == 0)
            {
                break;
            }

            foreach (var pid in fresh)
            {
                _ = Libc.kill(pid, signal);
            }
        }

        seen.Remove(root);
        return seen.Count;
    }

    /// <summary>Those that have not ended.</summary>
    public HashSet<int> Members(bool rootIsGone)
    {
        var all = All().Where(entry => entry.Pid != Environment.ProcessId && !(rootIsGone && entry.Pid == root)).ToList();
        var members = all.Where(entry => entry.Pid == root || entry.Session == root || Marked(entry.Pid))
            .Select(entry => entry.Pid).ToHashSet();
        for (var grown = true; grown;)
        {
            grown = false;
            foreach (var entry in all.Where(entry => members.Contains(entry.Parent)))
            {
                grown |= members.Add(entry.Pid);
            }
        }

        members.ExceptWith(all.Where(entry => entry.Zombie).Select(entry => entry.Pid));
        return members;
    }

    private static IEnumerable<Entry> All() =>
        from pid in ProcessFiles.All()
        let stat = ProcessFiles.Stat(pid)
        where stat is not null
        select new Entry(pid, Number(stat[1]), Number(stat[3]), stat[0] is "Z" or "X");

    private bool Marked(int pid) =>
        marker is not null && ProcessFiles.Read(pid, "environ")?.Contains(marker, StringComparison.Ordinal) == true;

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
