using System.Formats.Tar;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Muster.Node.Sandbox.Tasks.Containers;

/// <summary>
/// An image of a kilobyte that the node brings along: what tries an engine out before any image was fetched, and what holds the network
/// of a task open. It stays with the engine.
/// </summary>
internal static class HelperImage
{
    private static readonly byte[] _layer = Tar((HelperProgram.Path[1..], HelperProgram.For(RuntimeInformation.ProcessArchitecture), true));

    public static string Name { get; } = $"localhost/muster-helper:{Hash(_layer)[..12]}";

    /// <summary>Sees to it that the engine has it.</summary>
    public static async Task<string> EnsureAsync(EngineClient engine, CancellationToken cancel)
    {
        if (await EngineImages.FindAsync(engine, Name, cancel) is { } known)
        {
            return known.Id;
        }

        using var content = new ByteArrayContent(Saved());
        content.Headers.ContentType = new("application/x-tar");
        await engine.StreamAsync("/images/load?quiet=1", content, _ => { }, cancel);
        return await EngineImages.FindAsync(engine, Name, cancel) is { } loaded ? loaded.Id
            : throw new EngineException("it does not take an image that is handed to it", null);
    }

    // The form of `docker save`, which both engines load.
    private static byte[] Saved()
    {
        var architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
        var hash = Hash(_layer);
        var config = Encoding.UTF8.GetBytes(
            $$$"""{"architecture":"{{{architecture}}}","os":"linux","config":{"Entrypoint":["{{{HelperProgram.Path}}}"]},"rootfs":{"type":"layers","diff_ids":["sha256:{{{hash}}}"]},"history":[{}]}""");
        var manifest = Encoding.UTF8.GetBytes($$"""[{"Config":"{{Hash(config)}}.json","RepoTags":["{{Name}}"],"Layers":["{{hash}}/layer.tar"]}]""");
        return Tar(("manifest.json", manifest, false), ($"{Hash(config)}.json", config, false), ($"{hash}/layer.tar", _layer, false));
    }

    private static byte[] Tar(params ReadOnlySpan<(string Name, byte[] Content, bool Executable)> files)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, content, executable) in files)
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
                {
                    DataStream = new MemoryStream(content),
                    Mode = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead
                        | (executable ? UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : UnixFileMode.None),
                    ModificationTime = DateTimeOffset.UnixEpoch,
                });
            }
        }

        return bytes.ToArray();
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
