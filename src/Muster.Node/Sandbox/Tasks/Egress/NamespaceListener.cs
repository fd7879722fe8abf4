using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Muster.Node.Folders;
using Muster.Node.Sandbox.Tasks.Native;

namespace Muster.Node.Sandbox.Tasks.Egress;

/// <summary>
/// Opens a socket of this process that listens inside another process's network. Root's thread enters that network itself. Anybody else
/// may enter only what is his own, and never from a process with several threads: a small program does it, and its socket is taken over.
/// </summary>
internal static partial class NamespaceListener
{
    private const int Network = 0x40000000;
    private const int OwnerOfNamespace = 0xb701;
    private const int Backlog = 128;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private static readonly (string Program, string[] Arguments)[] _helpers =
    [
        ("/usr/bin/perl",
        [
            "-MSocket", "-e",
            "socket(S, PF_INET, SOCK_STREAM, 0) && bind(S, sockaddr_in($ARGV[0], INADDR_LOOPBACK)) && listen(S, $ARGV[1]) or die $!; " +
            "$| = 1; print fileno(S), qq(\\n); <STDIN>",
        ]),
        ("/usr/bin/python3",
        [
            "-ISc",
            "import socket, sys; s = socket.socket(); s.bind(('127.0.0.1', int(sys.argv[1]))); s.listen(int(sys.argv[2])); " +
            "print(s.fileno(), flush=True); sys.stdin.read()",
        ]),
    ];

    /// <summary>Null when it works here, else a sentence.</summary>
    public static string? Missing { get; } =
        Libc.geteuid() == 0 ? null
        : !File.Exists("/usr/bin/nsenter") ? "Tasks get no network: nsenter is not installed. Install util-linux."
        : Helper() is null ? "Tasks get no network: neither perl nor python3 is installed. Install one of them."
        : null;

    /// <param name="pid">A process in that network, which waits meanwhile.</param>
    /// <param name="asRoot">Whether this thread may enter it.</param>
    public static Socket Open(int pid, int port, bool asRoot)
    {
        using var network = Linux.OpenFile($"/proc/{pid}/ns/net", Libc.ReadOnly);
        return asRoot ? Enter(network, port) : Borrow(network, port);
    }

    private static (string Program, string[] Arguments)? Helper() =>
        _helpers.Where(helper => File.Exists(helper.Program)).Select(helper => ((string, string[])?)helper).FirstOrDefault();

    private static Socket Enter(SafeFileHandle network, int port)
    {
        Socket? socket = null;
        Exception? problem = null;
        // It never comes back from there, so nothing else may run on it.
        var thread = new Thread(() =>
        {
            try
            {
                Linux.Check(setns(network, Network), "setns");
                socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                socket.Listen(Backlog);
            }
            catch (Exception failure) when (failure is Win32Exception or SocketException)
            {
                problem = failure;
            }
        }, maxStackSize: 256 * 1024) { IsBackground = true };
        thread.Start();
        thread.Join();
        return problem is null ? socket! : throw Unavailable(problem.Message);
    }

    private static Socket Borrow(SafeFileHandle network, int port)
    {
        var (program, arguments) = Helper() ?? throw new SandboxUnavailableException(Missing!);
        using var owner = OwnerOf(network);
        var (stdinOut, stdin) = Linux.Pipe();
        var (stdout, stdoutIn) = Linux.Pipe();
        using var errors = File.OpenHandle("/dev/null", access: FileAccess.Write);
        using (stdout)
        using (stdin)
        {
            PidFd helper;
            using (stdinOut)
            using (stdoutIn)
            {
                helper = PidFd.Open(Spawn.Start(new SpawnPlan(
                    "/usr/bin/nsenter",
                    [
                        $"--user=/proc/self/fd/{owner.DangerousGetHandle()}", $"--net=/proc/self/fd/{network.DangerousGetHandle()}",
                        "--preserve-credentials", "--", program, .. arguments, $"{port}", $"{Backlog}",
                    ],
                    new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = "/usr/bin:/bin" },
                    [
                        (stdinOut.DangerousGetHandle(), 0), (stdoutIn.DangerousGetHandle(), 1), (errors.DangerousGetHandle(), 2),
                        (owner.DangerousGetHandle(), (int)owner.DangerousGetHandle()), (network.DangerousGetHandle(), (int)network.DangerousGetHandle()),
                    ])));
            }

            using (helper)
            {
                try
                {
                    return Take(helper, stdout);
                }
                finally
                {
                    helper.Signal(Libc.Kill);
                    _ = Spawn.Reap(helper.Pid);
                }
            }
        }
    }

    private static Socket Take(PidFd helper, SafeFileHandle stdout)
    {
        var text = new byte[16];
        var length = new Waiting(stdout).For(_patience) ? Math.Max(0, Linux.Read(stdout, text)) : 0;
        if (!int.TryParse(Encoding.ASCII.GetString(text, 0, length), out var number))
        {
            throw Unavailable("the program that listens for it could not");
        }

        using var taken = helper.Take(number);
        var socket = new Socket(new SafeSocketHandle(taken.DangerousGetHandle(), ownsHandle: true));
        taken.SetHandleAsInvalid();
        return socket;
    }

    private static SafeFileHandle OwnerOf(SafeFileHandle network)
    {
        var owner = ioctl(network, OwnerOfNamespace);
        Linux.Check(owner, "ioctl");
        var handle = new SafeFileHandle(owner, ownsHandle: true);
        return handle;
    }

    private static SandboxUnavailableException Unavailable(string reason) => new(
        $"The task's network could not be made: {reason}.");

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(SafeFileHandle handle, int kind);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(SafeFileHandle handle, nuint request);
}
