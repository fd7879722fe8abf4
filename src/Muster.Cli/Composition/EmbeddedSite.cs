using System.Reflection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace Muster.Cli.Composition;

/// <summary>The site inside a published program; a build from a checkout has none and is pointed to a folder.</summary>
internal sealed class EmbeddedSite : IFileProvider
{
    private const string Prefix = "site/";
    private static readonly Assembly _assembly = typeof(EmbeddedSite).Assembly;
    private static readonly DateTimeOffset _made = new(File.GetLastWriteTimeUtc(Environment.ProcessPath ?? AppContext.BaseDirectory), TimeSpan.Zero);

    public static IFileProvider? Open() =>
        _assembly.GetManifestResourceInfo(Prefix + "index.html") is null ? null : new EmbeddedSite();

    public IFileInfo GetFileInfo(string subpath)
    {
        var name = Prefix + subpath.TrimStart('/');
        return _assembly.GetManifestResourceInfo(name) is null ? new NotFoundFileInfo(subpath) : new Entry(name);
    }

    public IDirectoryContents GetDirectoryContents(string subpath) => NotFoundDirectoryContents.Singleton;

    public IChangeToken Watch(string filter) => NullChangeToken.Singleton;

    private sealed class Entry(string resource) : IFileInfo
    {
        public bool Exists => true;

        public bool IsDirectory => false;

        public DateTimeOffset LastModified => _made;

        public long Length
        {
            get
            {
                using var content = CreateReadStream();
                return content.Length;
            }
        }

        public string Name => Path.GetFileName(resource);

        public string? PhysicalPath => null;

        public Stream CreateReadStream() => _assembly.GetManifestResourceStream(resource)!;
    }
}
