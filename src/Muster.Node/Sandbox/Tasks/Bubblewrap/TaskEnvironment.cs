namespace Muster.Node.Sandbox.Tasks.Bubblewrap;

/// <summary>All variables of one task.</summary>
internal static class TaskEnvironment
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static readonly string[] _proxies = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"];

    /// <param name="proxy">Where the task reaches the egress proxy; null without one.</param>
    public static Dictionary<string, string> Of(SandboxJob job, string home, string? proxy)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = Directory.Exists("/run/current-system/sw") ? "/run/current-system/sw/bin:" + DefaultPath : DefaultPath,
            ["HOME"] = home,
            ["LANG"] = "C.UTF-8",
            ["TMPDIR"] = "/tmp",
        };
        foreach (var (name, value) in job.Environment)
        {
            environment[name] = value;
        }

        if (proxy is not null)
        {
            foreach (var name in _proxies)
            {
                environment[name] = proxy;
            }

            environment["NO_PROXY"] = environment["no_proxy"] = "localhost,127.0.0.1,::1";
        }

        return environment;
    }
}
