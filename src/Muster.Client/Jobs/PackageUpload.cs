using System.Globalization;
using System.Text.Json;
using Muster.Client.Http;
using Muster.Protocol.Jobs;

namespace Muster.Client.Jobs;

/// <summary>A ZIP on its way to be a job: the bytes first, by an upload that can be resumed.</summary>
internal sealed class PackageUpload(Transport transport, JobFiles store)
{
    private const string Root = "api/v1/jobs/package";

    public async Task<JobInfo> SubmitAsync(string path, PackageOptions terms, SubmitOptions how, CancellationToken cancellationToken)
    {
        var query = await UploadAsync(path, terms, how, cancellationToken);
        return await transport.PostAsync(Root + query, new Nothing(), ClientJson.Default.Nothing, ClientJson.Default.JobInfo, cancellationToken, how.IdempotencyKey);
    }

    public async Task<JobPreview> PreviewAsync(string path, PackageOptions terms, SubmitOptions how, CancellationToken cancellationToken)
    {
        var query = await UploadAsync(path, terms, how, cancellationToken);
        return await transport.PostAsync($"{Root}/plan{query}", new Nothing(), ClientJson.Default.Nothing, ClientJson.Default.JobPreview, cancellationToken);
    }

    private async Task<string> UploadAsync(string path, PackageOptions terms, SubmitOptions how, CancellationToken cancellationToken)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new MusterException(0, "unreadable", $"There is no file {file.FullName}.");
        }

        var (name, size) = (file.Name, file.Length);
        var kept = await store.UploadAsync(file, how.Progress is { } told ? new Relay(sent => told.Report(new FileUpload(name, sent, size))) : null, cancellationToken);
        return Query(
            ("sha256", kept.Sha256),
            ("name", terms.Name ?? Path.GetFileNameWithoutExtension(name)),
            ("hosts", terms.Hosts?.ToString(CultureInfo.InvariantCulture)),
            ("timeout", terms.Timeout?.TotalSeconds.ToString(CultureInfo.InvariantCulture)),
            ("needs", terms.Needs is { } needs ? JsonSerializer.Serialize(needs, JobSpecJson.Default.NeedsSpec) : null),
            ("max_cpt", how.MaxCpt?.ToString(CultureInfo.InvariantCulture)),
            ("priority", how.Priority?.ToString().ToLowerInvariant()));
    }

    private static string Query(params IReadOnlyList<(string Name, string? Value)> terms) =>
        "?" + string.Join('&', terms.Where(term => term.Value is not null).Select(term => $"{term.Name}={Uri.EscapeDataString(term.Value!)}"));

    private sealed class Relay(Action<long> told) : IProgress<long>
    {
        public void Report(long value) => told(value);
    }
}
