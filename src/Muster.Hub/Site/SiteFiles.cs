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
    private static readonly string[] _pages = ["/", "/login", "/claim", "/c/{id}", "/mobile", "/settings"];
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

        foreach (var page in _pages)
        {
            routes.MapGet(page, context => SendAsync(context, files, "index.html")).ExcludeFromDescription().WithMetadata(new ClaimPage());
        }

        routes.MapGet("/{**path}", context => SendAsync(context, files, (string?)context.GetRouteValue("path") ?? "")).ExcludeFromDescription().WithMetadata(new ClaimPage());
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
