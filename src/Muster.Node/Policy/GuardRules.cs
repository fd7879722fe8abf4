using Muster.Node.Policy.Shell;

namespace Muster.Node.Policy;

/// <summary>The blocklist, as data: which program, with which arguments, would do what.</summary>
internal static class GuardRules
{
    public const string Disk = "overwrite a disk";
    public const string Crash = "crash or restart this machine";
    public const string EmptyFile = "empty or replace a file that this machine needs to start or to log in";

    private const string Erase = "erase the whole system or a home folder";
    private const string Off = "switch this machine off or restart it";

    public static IReadOnlyList<GuardRule> All { get; } =
    [
        new("rm", "rm", c => c.Recursive && c.VitalOperand, Erase),
        new("rm-unset", "rm", c => c.Recursive && c.Operands.Any(VitalPaths.IsRootIfUnset), "erase the whole system if a variable in it is empty or not set")
        {
            Instead = "Write ${DIR:?} instead of $DIR: then it stops there.",
        },
        new("rm-root", "rm", c => c.Has("--no-preserve-root"), Erase),
        new("find-delete", "find", c => c.Has("-delete") && Listing.Folders(c).Any(folder => VitalPaths.Contains(folder, c.Cwd)), Erase),
        new("rsync-delete", "rsync", c => c.Texts.Any(text => text.StartsWith("--del", StringComparison.Ordinal))
            && c.Operands.LastOrDefault() is { } into && VitalPaths.Contains(into, c.Cwd), Erase),
        new("move", "mv", c => c.Operands.SkipLast(1).Any(word => VitalPaths.Contains(word, c.Cwd)), "move a system folder away"),
        new("move-to-null", "mv", c => c.Operands.LastOrDefault()?.Text == "/dev/null", "replace /dev/null or lose the file"),
        new("chmod", "chmod chown chgrp chattr setfacl",
            c => c.Flag('R', "recursive") && c.VitalOperand, "change the permissions of the whole system or a home folder"),
        new("shred", "shred", c => c.Operands.Any(word => VitalPaths.IsDevice(word.Text)), Disk),
        new("mkfs", "mkfs* mke2fs newfs* mkswap mkdosfs mkntfs",
            c => c.Operands.Any(word => VitalPaths.Plain(word.Text).StartsWith("/dev/", StringComparison.Ordinal) || word.Text is ['$', ..]), "format a file system"),
        new("format", "format", c => c.Texts.Any(text => text is [>= 'A' and <= 'Z' or >= 'a' and <= 'z', ':'] or [_, ':', '\\' or '/']),
            "format a drive"),
        new("dd", "dd dcfldd", c => c.Texts.Any(text => text.StartsWith("of=", StringComparison.Ordinal) && VitalPaths.IsDevice(text[3..])), Disk),
        new("write-device", "tee cp cat install ddrescue",
            c => c.Program != "cat" && VitalPaths.IsDevice(c.Operands.LastOrDefault()?.Text ?? ""), Disk),
        new("write-sysrq", "tee cp", c => c.Operands.Any(word => VitalPaths.IsTrigger(word.Text)), Crash),
        new("write-vital-file", "tee", c => !c.Flag('a', "append") && c.Operands.Any(word => VitalPaths.IsVitalFile(word.Text)), EmptyFile),
        new("partition", "fdisk sfdisk cfdisk parted gdisk sgdisk partx",
            c => c.Operands.Any(word => VitalPaths.IsDevice(word.Text)) && !c.Has("print", "-l", "--list", "-p", "--print", "-d", "--dump", "-s", "--show"),
            "change the partitions of a disk"),
        new("wipefs", "wipefs", c => c.Flag('a', "all") || c.Flag('o', "offset"), Disk),
        new("volumes", "pvcreate pvremove vgremove lvremove", c => c.Arguments.Count > 0 && !c.Has("--help", "-h", "--version", "--test", "-t"),
            "delete volumes or what is on a disk"),
        new("raid", "mdadm", c => c.Has("--zero-superblock"), "delete what makes a disk part of an array"),
        new("zfs", "zfs", c => c.Has("destroy") && c.Recursive, "delete file systems and their snapshots"),
        new("discard", "blkdiscard", c => c.Operands.Any(), Disk),
        new("secure-erase", "hdparm nvme cryptsetup zpool badblocks", c =>
            c.Texts.Any(text => text.StartsWith("--security-erase", StringComparison.Ordinal) || text is "luksFormat" or "erase" or "luksErase")
            || (c.Program == "nvme" && c.Has("format", "sanitize")) || (c.Program == "zpool" && c.Has("destroy", "labelclear"))
            || (c.Program == "badblocks" && c.Flag('w', "")), Disk),
        new("shutdown", "shutdown", c => !c.Has("-c", "--help", "--show", "/a", "/?"), Off),
        new("reboot", "reboot halt poweroff", c => !c.Has("--help", "--version", "-w", "--wtmp-only"), Off),
        new("init", "init telinit", c => c.Has("0", "6"), Off),
        new("systemctl", "systemctl loginctl",
            c => !c.Has("--help") && c.Has("poweroff", "reboot", "halt", "kexec", "suspend", "hibernate", "rescue", "emergency", "soft-reboot"), Off),
        new("kexec", "kexec", c => c.Flag('e', "exec"), Off),
        new("kill-all", "kill", c => KillTargets([.. c.Texts]).Any(target => target is "1" or "-1"), "end every process"),
        new("kill-all", "pkill", c => c.Operands.Any(word => word.Text is "" or "." or ".*" or ".+" or "^" or "$"), "end every process"),
        new("kill-all", "killall5", _ => true, "end every process"),
        new("crontab", "crontab", c => c.Flag('r', ""), "delete every cron job"),
        new("del", "del erase", c => c.Has("/s") && c.VitalOperand, Erase),
        new("rd", "rd rmdir", c => c.Has("/s") && c.VitalOperand, Erase),
        new("remove-item", "remove-item ri rm rd del rmdir erase",
            c => c.Texts.Any(text => text.Length > 2 && "-recurse".StartsWith(text, StringComparison.OrdinalIgnoreCase)) && c.VitalOperand, Erase),
        new("diskpart", "diskpart clear-disk initialize-disk format-volume remove-partition", _ => true, "change or format a disk"),
        new("cipher", "cipher", c => c.Texts.Any(text => text.StartsWith("/w", StringComparison.OrdinalIgnoreCase)), Disk),
        new("stop-computer", "stop-computer restart-computer", _ => true, Off),
        new("shadows", "vssadmin", c => c.Has("delete"), "delete every backup snapshot"),
    ];

    // The first argument may be a signal; signal 0 only asks.
    private static string[] KillTargets(string[] texts) => texts switch
    {
        ["-0" or "-l" or "-L" or "--list" or "--table", ..] => [],
        ["-s" or "-n" or "--signal", _, .. var targets] => targets,
        [['-', not '-', ..], .. { Length: > 0 } targets] => targets,
        _ => texts,
    };
}
