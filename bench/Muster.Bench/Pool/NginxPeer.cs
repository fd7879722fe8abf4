using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Muster.Bench.Pool;

/// <summary>nginx in front of a folder, for curl to fetch from it and to put into it.</summary>
internal sealed class NginxPeer(string folder, Process process, int port) : IDisposable
{
    /// <returns>Null where there is no nginx or no curl.</returns>
    public static async Task<NginxPeer?> StartAsync(string folder)
    {
        if (!File.Exists("/usr/sbin/nginx") || !File.Exists("/usr/bin/curl"))
        {
            return null;
        }

        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var settings = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(
            settings,
            $$"""
            daemon off; worker_processes 2; pid {{folder}}/nginx.pid; error_log {{folder}}/nginx.log;
            {{(Environment.UserName == "root" ? "user root;" : "")}}
            events {}
            http {
                access_log off; sendfile on; client_max_body_size 0; client_body_temp_path {{folder}}/coming;
                server { listen 127.0.0.1:{{port}}; root {{folder}}; dav_methods PUT; }
            }
            """);
        var nginx = new NginxPeer(folder, Process.Start("/usr/sbin/nginx", ["-c", settings]), port);
        await ShellAsync($"curl -s --retry 20 --retry-connrefused --retry-delay 1 -o /dev/null http://127.0.0.1:{port}/");
        return nginx;
    }

    public Task FetchAsync(string name) => ShellAsync($"curl -sf -o {folder}/{name}.fetched http://127.0.0.1:{port}/{name} && sync {folder}/{name}.fetched");

    public Task PutAsync(string name) => ShellAsync($"curl -sf -T {folder}/{name} http://127.0.0.1:{port}/{name}.put && sync {folder}/{name}.put");

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    public static async Task ShellAsync(string line)
    {
        using var shell = Process.Start("sh", ["-c", line]);
        await shell.WaitForExitAsync();
        if (shell.ExitCode != 0)
        {
            throw new InvalidOperationException($"`{line}` ended with exit code {shell.ExitCode}.");
        }
    }
}
