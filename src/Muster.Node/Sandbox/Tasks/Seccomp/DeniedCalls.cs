namespace Muster.Node.Sandbox.Tasks.Seccomp;

/// <param name="X64">Its number there; null where it does not exist.</param>
internal readonly record struct SystemCall(string Name, uint? X64, uint? Arm64);

/// <summary>What no task has business with. Most of it would fail for want of rights; the filter keeps even the attempt away from the kernel.</summary>
internal static class DeniedCalls
{
    public static IReadOnlyList<SystemCall> All { get; } =
    [
        // Mounts and roots.
        new("mount", 165, 40), new("umount2", 166, 39), new("pivot_root", 155, 41), new("chroot", 161, 51),
        new("open_tree", 428, 428), new("move_mount", 429, 429), new("fsopen", 430, 430), new("fsconfig", 431, 431),
        new("fsmount", 432, 432), new("fspick", 433, 433), new("mount_setattr", 442, 442), new("open_tree_attr", 467, 467),
        new("open_by_handle_at", 304, 265), new("name_to_handle_at", 303, 264),
        new("swapon", 167, 224), new("swapoff", 168, 225), new("quotactl", 179, 60), new("quotactl_fd", 443, 443),
        // New namespaces; clone is looked at by its flags.
        new("unshare", 272, 97), new("setns", 308, 268), new("sethostname", 170, 161), new("setdomainname", 171, 162),
        // Other processes.
        new("ptrace", 101, 117), new("process_vm_readv", 310, 270), new("process_vm_writev", 311, 271),
        new("process_madvise", 440, 440), new("kcmp", 312, 272), new("pidfd_getfd", 438, 438),
        // Parts of the kernel that were broken into before.
        new("bpf", 321, 280), new("perf_event_open", 298, 241), new("userfaultfd", 323, 282),
        new("keyctl", 250, 219), new("add_key", 248, 217), new("request_key", 249, 218),
        new("io_uring_setup", 425, 425), new("io_uring_enter", 426, 426), new("io_uring_register", 427, 427),
        new("fanotify_init", 300, 262), new("fanotify_mark", 301, 263), new("modify_ldt", 154, null),
        new("mbind", 237, 235), new("move_pages", 279, 239), new("migrate_pages", 256, 238), new("set_mempolicy_home_node", 450, 450),
        new("lookup_dcookie", 212, 18), new("nfsservctl", 180, 42), new("uselib", 134, null), new("ustat", 136, null),
        new("sysfs", 139, null), new("_sysctl", 156, null), new("query_module", 178, null),
        // The machine as a whole.
        new("kexec_load", 246, 104), new("kexec_file_load", 320, 294), new("reboot", 169, 142),
        new("init_module", 175, 105), new("finit_module", 313, 273), new("delete_module", 176, 106), new("create_module", 174, null),
        new("clock_settime", 227, 112), new("clock_adjtime", 305, 266), new("settimeofday", 164, 170), new("adjtimex", 159, 171),
        new("iopl", 172, null), new("ioperm", 173, null), new("acct", 163, 89), new("syslog", 103, 116), new("vhangup", 153, 58),
    ];
}
