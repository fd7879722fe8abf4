using System.Text.Json.Serialization;

namespace Muster.Node.Sandbox.Tasks.Containers;

/// <summary>What is said to a container engine and read from it, in its own names.</summary>
internal sealed record EngineMessage([property: JsonPropertyName("message")] string? Message);

internal sealed record EngineVersion(string Version, string ApiVersion, string? MinAPIVersion, IReadOnlyList<EngineComponent>? Components);

internal sealed record EngineComponent(string Name);

internal sealed record EngineInfo(
    bool MemoryLimit, bool CpuCfsQuota, bool PidsLimit, string? CgroupDriver, string? CgroupVersion, IReadOnlyList<string>? SecurityOptions, bool Rootless);

internal sealed record ImageInfo(string Id, IReadOnlyList<string>? RepoTags, IReadOnlyList<string>? RepoDigests, ImageConfig? Config);

internal sealed record ImageConfig(
    IReadOnlyList<string>? Env, IReadOnlyList<string>? Cmd, IReadOnlyList<string>? Entrypoint, IReadOnlyDictionary<string, EmptyObject>? Volumes);

internal sealed record EmptyObject;

internal sealed record PullLine([property: JsonPropertyName("error")] string? Error);

internal sealed record Created(string Id, IReadOnlyList<string>? Warnings);

internal sealed record ContainerState(bool Running, bool OOMKilled, int Pid, int ExitCode, string? Error);

internal sealed record ContainerInfo(string Id, ContainerState State);

internal sealed record ContainerLine(string Id, IReadOnlyDictionary<string, string>? Labels);

internal sealed record WaitError(string? Message);

internal sealed record Waited(int StatusCode, WaitError? Error);

internal sealed record NewContainer
{
    public required string Image { get; init; }

    public IReadOnlyList<string>? Entrypoint { get; init; }

    public IReadOnlyList<string>? Cmd { get; init; }

    public IReadOnlyList<string> Env { get; init; } = [];

    public string WorkingDir { get; init; } = "/";

    public required string User { get; init; }

    public string? Hostname { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required HostPart HostConfig { get; init; }
}

internal sealed record HostPart
{
    public long Memory { get; init; }

    public long MemorySwap { get; init; }

    public long NanoCpus { get; init; }

    public long PidsLimit { get; init; }

    public string NetworkMode { get; init; } = "none";

    public bool ReadonlyRootfs { get; init; } = true;

    public IReadOnlyList<string> CapDrop { get; init; } = ["ALL"];

    public required IReadOnlyList<string> SecurityOpt { get; init; }

    public IReadOnlyList<string>? MaskedPaths { get; init; }

    public IReadOnlyDictionary<string, string> Tmpfs { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<MountPart> Mounts { get; init; } = [];

    public IReadOnlyList<UlimitPart> Ulimits { get; init; } = [];

    public IReadOnlyList<DevicePart>? Devices { get; init; }

    public IReadOnlyList<DeviceRequestPart>? DeviceRequests { get; init; }

    public bool Init { get; init; }

    public long ShmSize { get; init; }

    public string IpcMode { get; init; } = "private";

    public string CgroupnsMode { get; init; } = "private";

    public string? UsernsMode { get; init; }

    public string? CgroupParent { get; init; }

    /// <summary>What it prints goes to whoever is attached and nowhere else.</summary>
    public LogPart LogConfig { get; init; } = new("none");
}

internal sealed record LogPart(string Type);

internal sealed record MountPart(string Type, string? Source, string Target, bool ReadOnly, TmpfsPart? TmpfsOptions = null);

internal sealed record TmpfsPart(long SizeBytes, int Mode);

internal sealed record UlimitPart(string Name, long Soft, long Hard);

internal sealed record DevicePart(string PathOnHost, string PathInContainer, string CgroupPermissions);

internal sealed record DeviceRequestPart(string Driver, IReadOnlyList<string> DeviceIDs, IReadOnlyList<IReadOnlyList<string>> Capabilities);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EngineMessage))]
[JsonSerializable(typeof(EngineVersion))]
[JsonSerializable(typeof(EngineInfo))]
[JsonSerializable(typeof(ImageInfo))]
[JsonSerializable(typeof(PullLine))]
[JsonSerializable(typeof(Created))]
[JsonSerializable(typeof(ContainerInfo))]
[JsonSerializable(typeof(List<ContainerLine>))]
[JsonSerializable(typeof(Waited))]
[JsonSerializable(typeof(NewContainer))]
internal sealed partial class EngineJson : JsonSerializerContext;
