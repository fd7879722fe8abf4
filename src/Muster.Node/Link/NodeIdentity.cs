using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Node.Link;

/// <summary>Who this node is and which hub it belongs to: <c>node.json</c> in the home, readable by its owner alone.</summary>
public sealed record NodeIdentity
{
    public const string FileName = "node.json";

    /// <summary>For example <c>https://hub.example:5000</c>.</summary>
    public required string HubUrl { get; init; }

    /// <summary>The hub's <see cref="Muster.Protocol.Link.HubPin"/>; null where an authority vouches for it or it is http on loopback.</summary>
    public string? HubFingerprint { get; init; }

    public required string NodeId { get; init; }

    /// <summary>The name that the hub gave when this machine joined.</summary>
    public string? Name { get; init; }

    public required string Secret { get; init; }

    /// <summary>The node's P-256 key: PKCS #8, base64.</summary>
    public required string PrivateKey { get; init; }

    /// <summary>Stable for this installation.</summary>
    public required string MachineId { get; init; }

    /// <summary>New at each start of the process.</summary>
    [JsonIgnore]
    public string BootId { get; init; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    public static string NewMachineId() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>A new key as <see cref="PrivateKey"/> keeps it, and the public key (SubjectPublicKeyInfo) that the hub is given.</summary>
    public static (string PrivateKey, byte[] PublicKey) NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (Convert.ToBase64String(key.ExportPkcs8PrivateKey()), key.ExportSubjectPublicKeyInfo());
    }

    public ECDsa OpenKey()
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(Convert.FromBase64String(PrivateKey), out _);
        return key;
    }

    /// <summary>The identity in this home, or null when it never joined.</summary>
    /// <exception cref="InvalidDataException">The file is there and cannot be used; the message says what to do.</exception>
    public static NodeIdentity? Load(string home)
    {
        var path = Path.Combine(home, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var identity = JsonSerializer.Deserialize(File.ReadAllBytes(path), NodeIdentityJson.Default.NodeIdentity)
                ?? throw new JsonException("the file is empty");
            identity.OpenKey().Dispose();
            return identity;
        }
        catch (Exception error) when (error is JsonException or FormatException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException(
                $"The node's identity {path} cannot be used ({error.Message}): repair it, or remove it and run: muster node join TOKEN", error);
        }
    }

    /// <summary>Writes beside and renames, so that a crash leaves the old file or the new one.</summary>
    public void Save(string home)
    {
        var path = Path.Combine(home, FileName);
        var beside = path + ".new";
        File.Delete(beside);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(beside, options))
        {
            JsonSerializer.Serialize(file, this, NodeIdentityJson.Default.NodeIdentity);
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
    }
}

[JsonSerializable(typeof(NodeIdentity))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
internal sealed partial class NodeIdentityJson : JsonSerializerContext;
