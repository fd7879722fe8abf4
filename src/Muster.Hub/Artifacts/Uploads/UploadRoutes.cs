using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Muster.Hub.Api;
using Muster.Protocol.Transfers;

namespace Muster.Hub.Artifacts.Uploads;

/// <summary>For whom a request uploads; fails when it may not.</summary>
internal delegate ValueTask<ArtifactHolder> HolderOfRequest(HttpContext context);

/// <summary>
/// Uploads below any address, by the headers of draft-ietf-httpbis-resumable-upload: POST makes one or brings all of it, GET and HEAD
/// say how far it is, PATCH goes on, DELETE cancels.
/// </summary>
internal static class UploadRoutes
{
    // Slower than this, and it is no transfer but an attempt to keep the hub's doors busy.
    private static readonly MinDataRate _slowest = new(1024, TimeSpan.FromSeconds(15));

    /// <returns>The routes, for names and tags: make, ask, go on, cancel.</returns>
    public static IReadOnlyList<RouteHandlerBuilder> MapUploads(this IEndpointRouteBuilder artifacts, HolderOfRequest holderOf) =>
    [
        artifacts.MapPost("", async (UploadDesk desk, HttpContext context) => await PostAsync(desk, context, await holderOf(context)))
            .Produces<ArtifactInfo>(StatusCodes.Status201Created),
        artifacts.MapMethods("/uploads/{id}", [HttpMethods.Get, HttpMethods.Head], async (string id, UploadDesk desk, HttpContext context) =>
            Answer(context, await desk.GetAsync(await holderOf(context), id, context.RequestAborted), StatusCodes.Status200OK)).Produces<UploadInfo>(),
        artifacts.MapPatch("/uploads/{id}", async (string id, UploadDesk desk, HttpContext context) =>
            Answer(context, await PatchAsync(id, desk, context, await holderOf(context)), StatusCodes.Status200OK)).Produces<UploadInfo>(),
        artifacts.MapDelete("/uploads/{id}", async (string id, UploadDesk desk, HttpContext context) =>
        {
            await desk.CancelAsync(await holderOf(context), id, context.RequestAborted);
            return Results.NoContent();
        }).Produces(StatusCodes.Status204NoContent),
    ];

    private static async Task<IResult> PostAsync(UploadDesk desk, HttpContext context, ArtifactHolder holder)
    {
        var whole = context.Request.Headers[UploadHeaders.Complete] != UploadHeaders.No;
        var length = Number(context, UploadHeaders.Length) ?? (whole ? context.Request.ContentLength : null);
        if (whole)
        {
            var info = await desk.WholeAsync(holder, length, Body(context), context.RequestAborted);
            return Results.Json(info, TransferJson.Default.ArtifactInfo, statusCode: StatusCodes.Status201Created);
        }

        if (context.Request.ContentLength is > 0 || context.Request.Headers.TransferEncoding.Count > 0)
        {
            throw ApiException.Invalid(UploadHeaders.Complete, "A request that only makes an upload has no body.", "Send the bytes to its address by PATCH.");
        }

        var made = await desk.CreateAsync(holder, length, context.RequestAborted);
        context.Response.Headers.Location = $"{context.Request.PathBase}{context.Request.Path}/uploads/{made.Id}";
        return Answer(context, made, StatusCodes.Status201Created);
    }

    private static Task<UploadInfo> PatchAsync(string id, UploadDesk desk, HttpContext context, ArtifactHolder holder)
    {
        var offset = Number(context, UploadHeaders.Offset)
            ?? throw ApiException.Invalid(UploadHeaders.Offset, "It does not say where these bytes belong.", $"Send {UploadHeaders.Offset}, such as 0.");
        var last = context.Request.Headers[UploadHeaders.Complete].ToString() switch
        {
            UploadHeaders.Yes => true,
            UploadHeaders.No => false,
            _ => throw ApiException.Invalid(UploadHeaders.Complete, "It does not say whether more follows.", $"Send {UploadHeaders.Complete}: ?1 with the last part, ?0 before."),
        };
        return desk.AppendAsync(holder, id, offset, last, Body(context), context.RequestAborted);
    }

    private static IResult Answer(HttpContext context, UploadInfo info, int status)
    {
        var headers = context.Response.Headers;
        headers[UploadHeaders.Offset] = info.Offset.ToString();
        headers[UploadHeaders.Complete] = UploadHeaders.Text(info.Complete);
        if (info.Length is { } length)
        {
            headers[UploadHeaders.Length] = length.ToString();
        }

        return Results.Json(info, TransferJson.Default.UploadInfo, statusCode: status);
    }

    /// <summary>The body without the limit of other requests: the intake counts what comes.</summary>
    public static PumpSource Body(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (HttpProtocol.IsHttp11(context.Request.Protocol) && context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = _slowest;
        }

        return context.Request.Body.ReadAsync;
    }

    private static long? Number(HttpContext context, string header) => context.Request.Headers[header].ToString() switch
    {
        "" => null,
        var text when long.TryParse(text, System.Globalization.NumberStyles.None, null, out var number) => number,
        var text => throw ApiException.Invalid(header, $"\"{text}\" is no number of bytes.", "Send a whole number."),
    };
}
