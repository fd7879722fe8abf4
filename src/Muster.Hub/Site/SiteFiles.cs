using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Muster.Hub.Api;

namespace Muster.Hub.Site;

/// <summary>Serves the built site: its pages from one index.html, its files as they are, the compressed ones where the browser takes them.</summary>
internal static class SiteFiles
{
    private static readonly string[] _reading = [HttpMethods.Get, HttpMethods.Head];
    private static readonly PathString[] _programs = ["/api", "/ws", "/health", "/openapi"];
    private static readonly (string Encoding, string Suffix)[] _compressed = [("br", ".br"), ("gzip", ".gz")];
    private static readonly FileExtensionContentTypeProvider _types = new();

    public static void MapSite(this IEndpointRouteBuilder routes, IFileProvider? files)
    {
        if (files is null)
        {
            routes.MapGet("/", () => Results.Text("Muster. This hub serves no pages: muster up and muster hub do, once the site is built."))
                .ExcludeFromDescription().WithMetadata(new ClaimPage());
            return;
        }

        routes.MapMethods("/{**path}", _reading, context => SendAsync(context, files, Target(context.Request.Path))).ExcludeFromDescription().WithMetadata(new ClaimPage());
    }

    /// <summary>What programs ask for is never a part of the site.</summary>
    public static bool IsPart(PathString path) => !_programs.Any(prefix => path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase));

    /// <summary>The site routes by itself: what has no file extension is one of its pages.</summary>
    private static string Target(PathString path)
    {
        if (!IsPart(path))
        {
            throw new ApiException(404, "not_found", "There is no such route: /openapi/v1.json lists them.");
        }

        var name = path.Value!.TrimStart('/');
        return Path.HasExtension(name) ? name : "index.html";
    }

    private static async Task SendAsync(HttpContext context, IFileProvider files, string path)
    {
        var original = files.GetFileInfo(path);
        if (!original.Exists || original.IsDirectory || !_types.TryGetContentType(path, out var type))
        {
            throw new ApiException(404, "not_found", "There is no such page.");
        }

        var (file, encoding) = Best(context, files, path, original);
        var headers = context.Response.Headers;
        context.Response.ContentType = type.StartsWith("text/", StringComparison.Ordinal) || type.EndsWith("javascript", StringComparison.Ordinal) ? type + "; charset=utf-8" : type;
        headers.Vary = "Accept-Encoding";
        // Names in assets/ hold a hash of their content; everything else is asked for again.
        headers.CacheControl = path.StartsWith("assets/", StringComparison.Ordinal) ? "public, max-age=31536000, immutable" : "no-cache";
        if (encoding is not null)
        {
            headers.ContentEncoding = encoding;
        }

        context.Response.ContentLength = file.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await using var content = file.CreateReadStream();
            await content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
    }

    private static (IFileInfo File, string? Encoding) Best(HttpContext context, IFileProvider files, string path, IFileInfo original)
    {
        var accepted = context.Request.Headers.AcceptEncoding.ToString();
        foreach (var (encoding, suffix) in _compressed)
        {
            if (accepted.Contains(encoding, StringComparison.OrdinalIgnoreCase) && files.GetFileInfo(path + suffix) is { Exists: true } packed)
            {
                return (packed, encoding);
            }
        }

        return (original, null);
    }
}
