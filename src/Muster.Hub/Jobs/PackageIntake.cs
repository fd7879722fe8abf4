using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Artifacts;
using Muster.Hub.Artifacts.Uploads;
using Muster.Hub.Jobs.Spec;
using Muster.Hub.Jobs.Spec.Packages;
using Muster.Hub.Jobs.Views;
using Muster.Protocol.Transfers;

namespace Muster.Hub.Jobs;

/// <summary>How a package is to be run. Each as the field of a spec with its name.</summary>
internal sealed record PackageQuery
{
    /// <summary>Of a ZIP that was uploaded before; without it the body is the ZIP.</summary>
    [FromQuery(Name = "sha256")]
    public string? Sha256 { get; init; }

    [FromQuery(Name = "name")]
    public string? Name { get; init; }

    [FromQuery(Name = "hosts")]
    public string? Hosts { get; init; }

    /// <summary>As JSON.</summary>
    [FromQuery(Name = "needs")]
    public string? Needs { get; init; }

    [FromQuery(Name = "timeout")]
    public string? Timeout { get; init; }

    [FromQuery(Name = "priority")]
    public string? Priority { get; init; }

    [FromQuery(Name = "max_cpt")]
    public string? MaxCpt { get; init; }
}

/// <summary>Takes ZIPs in as jobs. What is in one is looked at here, and run by a node alone.</summary>
internal sealed class PackageIntake(ArtifactStore store, UploadDesk uploads, JobIntake jobs, TimeProvider time)
{
    private const string UsualName = "package";

    public async Task<JobModel> SubmitAsync(HttpContext context, PackageQuery query)
    {
        var terms = Terms(query);
        var file = await FileAsync(context, query);
        return await jobs.SubmitAsync(context, await ReadAsync(context, file, terms), query.MaxCpt, query.Priority, $"{query with { Sha256 = file.Sha256 }}");
    }

    /// <summary>What submitting would do.</summary>
    public async Task<JobPreview> PreviewAsync(HttpContext context, PackageQuery query)
    {
        var terms = Terms(query);
        return await jobs.PreviewAsync(context, await ReadAsync(context, await FileAsync(context, query), terms));
    }

    private async Task<CompiledSpec> ReadAsync(HttpContext context, SpecFile file, PackageTerms terms)
    {
        var (user, now) = (context.Caller().User, time.GetUtcNow().ToUnixTimeMilliseconds());
        await using var archive = await store.OpenAsync(ContentHash.Parse(file.Sha256), tx => ArtifactRows.FindFor(tx, user, false, ContentHash.Parse(file.Sha256), now), context.RequestAborted);
        return PackageReader.Read(archive, file with { Size = archive.Length }, terms);
    }

    /// <summary>The ZIP as an artifact of the caller's, which the job then takes.</summary>
    private async Task<SpecFile> FileAsync(HttpContext context, PackageQuery query)
    {
        if (query.Sha256 is { } given)
        {
            return ContentHash.TryParse(given, out var hash) ? new SpecFile(hash.ToString(), 0) : throw ApiException.Invalid("sha256", "This is no SHA-256.", "Write 64 hexadecimal digits, as the upload gave them.");
        }

        var request = context.Request;
        if (request.ContentLength == 0 || (request.ContentLength is null && request.Headers.TransferEncoding.Count == 0))
        {
            throw ApiException.Invalid("package", "There is no package.", "Send the ZIP as the body, or name one that was uploaded before by sha256.");
        }

        var kept = await uploads.WholeAsync(ArtifactHolder.Of(context.Caller().User), request.ContentLength, UploadRoutes.Body(context), context.RequestAborted);
        return new SpecFile(kept.Sha256, kept.Size);
    }

    /// <summary>By the rules of a spec: the terms stand in one of a task that does nothing.</summary>
    private static PackageTerms Terms(PackageQuery query)
    {
        var spec = new JsonObject { ["name"] = string.IsNullOrEmpty(query.Name) ? UsualName : query.Name, ["command"] = "true" };
        if (query.Hosts is { } hosts)
        {
            spec["hosts"] = int.TryParse(hosts, out var count) ? count : hosts;
        }

        if (query.Timeout is { } timeout)
        {
            spec["timeout"] = double.TryParse(timeout, System.Globalization.CultureInfo.InvariantCulture, out var seconds) ? seconds : timeout;
        }

        if (query.Needs is { } needs)
        {
            spec["needs"] = Json(needs);
        }

        var read = SpecCompiler.Compile(Encoding.UTF8.GetBytes(spec.ToJsonString()), SpecFormat.Json, new Dictionary<string, SpecFile>());
        if (read.Plan is not { } plan)
        {
            throw JobIntake.Refused([.. read.Errors.Select(error => error with { Line = null })]);
        }

        var step = plan.Steps[0];
        return new PackageTerms { Name = plan.Name, Needs = step.Needs, TimeoutSeconds = step.TimeoutSeconds, Hosts = step.Count };
    }

    private static JsonNode? Json(string needs)
    {
        try
        {
            return JsonNode.Parse(needs);
        }
        catch (JsonException)
        {
            throw ApiException.Invalid("needs", "This is no JSON.", """Write it as in a spec, such as {"cpu": 2, "network": ["pypi.org"]}.""");
        }
    }
}
