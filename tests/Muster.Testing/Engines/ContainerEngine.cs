using System.Diagnostics;
using System.Formats.Tar;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Muster.Testing.Engines;

/// <summary>A real Docker or Podman over a folder of its own, with two images and no registry. It ends with this process, however that ends.</summary>
public sealed class ContainerEngine : IAsyncDisposable
{
    /// <summary>busybox and nothing else.</summary>
    public const string Busybox = "muster-busybox:latest";

    /// <summary>Folders for the machine's own <c>/usr</c> to be shown in, which has all that attacks are written in.</summary>
    public const string Empty = "muster-empty:latest";

    // The shell outlives a test run that is killed: its input then closes, and it stops the engine and clears the folder.
    private const string Keeper =
        """
        folder=$1 kind=$2
        cd / && exec 2>>"$folder/log"
        podman() { command podman --root "$folder/data" --runroot "$folder/run" --tmpdir "$folder/tmp" "$@"; }
        if [ "$kind" = docker ]; then
          rm -f "$folder/pid" "$folder/exec/containerd/containerd.pid"
          dockerd --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/pid" --host "unix://$folder/engine.sock" --shutdown-timeout 1 \
            --iptables=false --ip6tables=false --ip-forward=false --bridge=none >>"$folder/log" 2>&1 </dev/null &
        else
          printf '[engine]\nruntime="runc"\n' >"$folder/containers.conf"
          export CONTAINERS_CONF="$folder/containers.conf"
          command podman --root "$folder/data" --runroot "$folder/run" --tmpdir "$folder/tmp" system service --time=0 "unix://$folder/engine.sock" >>"$folder/log" 2>&1 </dev/null &
        fi
        engine=$!
        echo $engine
        if ! read -r how; then how=clear; fi
        kill -TERM $engine
        wait $engine
        if [ "$how" = clear ]; then
          if [ "$kind" = podman ]; then podman rm --all --force --time 0 >>"$folder/log" 2>&1; fi
          cut -d' ' -f5 /proc/self/mountinfo | grep "^$folder/" | sort -r | xargs -r -n1 umount -l
          rm -rf "$folder"
        fi
        """;

    private static readonly Lazy<Task<ContainerEngine>> _docker = new(() => StartAsync("docker"));
    private static readonly Lazy<Task<ContainerEngine>> _podman = new(() => StartAsync("podman"));
    private readonly string _folder;
    private Process _keeper = null!;
    private int _pid;

    private ContainerEngine(string kind, string folder) => (Kind, _folder) = (kind, folder);

    public string Kind { get; }

    public string Socket => Path.Combine(_folder, "engine.sock");

    /// <summary>One of each kind for the whole test run.</summary>
    public static Task<ContainerEngine> SharedAsync(string kind) => kind == "docker" ? _docker.Value : _podman.Value;

    /// <summary>Why there can be none here; null where there can.</summary>
    public static string? Missing(string kind)
    {
        string[] needed = kind == "docker" ? ["dockerd", "docker-init", "busybox"] : ["podman", "runc", "catatonit", "busybox"];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/sbin"]).ToList();
        return Environment.UserName != "root" ? "A container engine of one's own is for root to start."
            : needed.FirstOrDefault(program => !folders.Exists(folder => File.Exists(Path.Combine(folder, program)))) is { } missing
                ? $"{missing} is not installed here (apt-get install docker.io podman runc catatonit busybox-static)."
            : null;
    }

    public static async Task<ContainerEngine> StartAsync(string kind)
    {
        var engine = new ContainerEngine(kind, Directory.CreateTempSubdirectory("muster-test-").FullName);
        await engine.StartAgainAsync();
        await engine.ImportAsync(Busybox, BusyboxFiles);
        await engine.ImportAsync(Empty, EmptyFiles);
        return engine;
    }

    /// <summary>As <c>kill -9</c> of the engine; its containers run on.</summary>
    public async Task KillAsync()
    {
        using (var process = Process.GetProcessById(_pid))
        {
            process.Kill();
        }

        await StopAsync("keep");
    }

    /// <summary>After <see cref="KillAsync"/>.</summary>
    public async Task StartAgainAsync()
    {
        File.Delete(Socket);
        _keeper = Process.Start(new ProcessStartInfo("sh", ["-c", Keeper, "sh", _folder, Kind])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        _pid = int.Parse(await _keeper.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The engine's keeper ended."));
        await Eventually.TrueAsync(AnswersAsync, CancellationToken.None);
    }

    /// <summary>Makes an image of a few files.</summary>
    /// <param name="changes">As in a Dockerfile, such as <c>VOLUME /data</c>.</param>
    public async Task ImportAsync(string name, Action<TarWriter> files, params IReadOnlyList<string> changes)
    {
        using var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            files(tar);
        }

        using var content = new ByteArrayContent(archive.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
        var colon = name.LastIndexOf(':');
        var query = $"fromSrc=-&repo={Uri.EscapeDataString(name[..colon])}&tag={name[(colon + 1)..]}" + string.Concat(changes.Select(change => "&changes=" + Uri.EscapeDataString(change)));
        (await SendAsync(HttpMethod.Post, "/images/create?" + query, content)).ShouldHaveNoError();
    }

    public static void BusyboxFiles(TarWriter tar)
    {
        ArgumentNullException.ThrowIfNull(tar);
        Folders(tar, "bin", "dev", "etc", "proc", "sys", "tmp");
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "bin/busybox")
        {
            DataStream = new MemoryStream(File.ReadAllBytes(File.Exists("/bin/busybox") ? "/bin/busybox" : "/usr/bin/busybox")), Mode = (UnixFileMode)0b111_101_101,
        });
        foreach (var program in new[] { "sh", "echo", "cat", "sleep", "true", "id", "env", "ls", "head", "wget", "touch", "df" })
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "bin/" + program) { LinkName = "busybox" });
        }
    }

    /// <summary>What the engine says.</summary>
    public async Task<string> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        using var request = new HttpRequestMessage(method, "http://engine/v1.41" + path) { Content = content };
        using var answer = await client.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    public async ValueTask DisposeAsync() => await StopAsync("clear");

    private async Task StopAsync(string how)
    {
        await _keeper.StandardInput.WriteLineAsync(how);
        await _keeper.StandardInput.FlushAsync();
        await _keeper.WaitForExitAsync();
        _keeper.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return await SendAsync(HttpMethod.Get, "/_ping") == "OK";
        }
        catch (HttpRequestException error)
        {
            return _keeper.HasExited ? throw new InvalidOperationException("The engine ended: " + await File.ReadAllTextAsync(Path.Combine(_folder, "log")), error) : false;
        }
    }

    private static void EmptyFiles(TarWriter tar)
    {
        Folders(tar, "dev", "etc", "etc/alternatives", "proc", "root", "run", "sbin", "sys", "tmp", "usr", "var", "work");
        foreach (var linked in new[] { "bin", "lib", "lib64" })
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, linked) { LinkName = "usr/" + linked });
        }

        Text(tar, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n");
        Text(tar, "etc/group", "root:x:0:\nnogroup:x:65534:\n");
    }

    private static void Text(TarWriter tar, string name, string text) => tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name)
    {
        DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)), Mode = (UnixFileMode)0b110_100_100,
    });

    private static void Folders(TarWriter tar, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, name + "/") { Mode = (UnixFileMode)(name == "tmp" ? 0b001_111_111_111 : 0b111_101_101) });
        }
    }
}

internal static class EngineAnswers
{
    public static void ShouldHaveNoError(this string answer)
    {
        if (answer.Contains("\"error\"", StringComparison.Ordinal) || answer.Contains("\"message\"", StringComparison.Ordinal))
        {
            throw new InvalidOperationException(answer);
        }
    }
}
