using Microsoft.Extensions.FileProviders;
using Muster.Hub;

namespace Muster.Cli.Composition;

/// <summary>The site inside a published program; a build from a checkout has none and is pointed to a folder.</summary>
internal static class EmbeddedSite
{
    public static IFileProvider? Open() =>
        typeof(HubHost).Assembly.GetManifestResourceInfo("Microsoft.Extensions.FileProviders.Embedded.Manifest.xml") is null
            ? null
            : new ManifestEmbeddedFileProvider(typeof(HubHost).Assembly, "site");
}
