using System.Runtime.Versioning;
using Muster.Tests.Node.Sandbox.Tasks.Attacks;
using Xunit;

namespace Muster.Tests.Node.Sandbox.Tasks.Containers;

[UnsupportedOSPlatform("windows")]
public sealed class DockerDiskAttacks(DockerFixture fixture) : DiskAttacks(fixture), IClassFixture<DockerFixture>;

[UnsupportedOSPlatform("windows")]
public sealed class DockerMemoryAttacks(DockerFixture fixture) : MemoryAttacks(fixture), IClassFixture<DockerFixture>;

[UnsupportedOSPlatform("windows")]
public sealed class DockerNetworkAttacks(DockerFixture fixture) : NetworkAttacks(fixture), IClassFixture<DockerFixture>;

[UnsupportedOSPlatform("windows")]
public sealed class DockerOutputAttacks(DockerFixture fixture) : OutputAttacks(fixture), IClassFixture<DockerFixture>;

[UnsupportedOSPlatform("windows")]
public sealed class DockerPrivilegeAttacks(DockerFixture fixture) : PrivilegeAttacks(fixture), IClassFixture<DockerFixture>;

[UnsupportedOSPlatform("windows")]
public sealed class DockerProcessorAttacks(DockerFixture fixture) : ProcessorAttacks(fixture), IClassFixture<DockerFixture>;

[UnsupportedOSPlatform("windows")]
public sealed class DockerSecretAttacks(DockerFixture fixture) : SecretAttacks(fixture), IClassFixture<DockerFixture>;

[UnsupportedOSPlatform("windows")]
public sealed class DockerSignalAttacks(DockerFixture fixture) : SignalAttacks(fixture), IClassFixture<DockerFixture>;

[UnsupportedOSPlatform("windows")]
public sealed class PodmanDiskAttacks(PodmanFixture fixture) : DiskAttacks(fixture), IClassFixture<PodmanFixture>;

[UnsupportedOSPlatform("windows")]
public sealed class PodmanMemoryAttacks(PodmanFixture fixture) : MemoryAttacks(fixture), IClassFixture<PodmanFixture>;

[UnsupportedOSPlatform("windows")]
public sealed class PodmanNetworkAttacks(PodmanFixture fixture) : NetworkAttacks(fixture), IClassFixture<PodmanFixture>;

[UnsupportedOSPlatform("windows")]
public sealed class PodmanOutputAttacks(PodmanFixture fixture) : OutputAttacks(fixture), IClassFixture<PodmanFixture>;

[UnsupportedOSPlatform("windows")]
public sealed class PodmanPrivilegeAttacks(PodmanFixture fixture) : PrivilegeAttacks(fixture), IClassFixture<PodmanFixture>;

[UnsupportedOSPlatform("windows")]
public sealed class PodmanProcessorAttacks(PodmanFixture fixture) : ProcessorAttacks(fixture), IClassFixture<PodmanFixture>;

[UnsupportedOSPlatform("windows")]
public sealed class PodmanSecretAttacks(PodmanFixture fixture) : SecretAttacks(fixture), IClassFixture<PodmanFixture>;

[UnsupportedOSPlatform("windows")]
public sealed class PodmanSignalAttacks(PodmanFixture fixture) : SignalAttacks(fixture), IClassFixture<PodmanFixture>;
