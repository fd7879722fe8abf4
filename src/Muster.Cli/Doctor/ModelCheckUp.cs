namespace Muster.Cli.Doctor;

/// <summary>Whether a model is configured, and whether its endpoint takes its key.</summary>
internal sealed class ModelCheckUp : ICheck
{
    public async Task<IReadOnlyList<Finding>> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var configuration = context.Configuration;
        var names = configuration.Children("models");
        if (names.Count == 0)
        {
            return [new Finding("model", CheckState.Warning, "none is configured; the offline rules answer simple requests", "Set a key, for example OPENAI_API_KEY or VOLC_API_KEY, or models.NAME in muster.yaml (docs/configuration.md).")];
        }

        var findings = new List<Finding>();
        foreach (var name in names)
        {
            findings.Add(await EndpointAsync(name, configuration.TextOrNull($"models.{name}.base_url"), configuration.TextOrNull($"models.{name}.api_key"), cancellationToken));
        }

        return findings;
    }

    private static async Task<Finding> EndpointAsync(string name, string? address, string? key, CancellationToken cancellationToken)
    {
        var url = new Uri((address ?? "https://api.openai.com/v1").TrimEnd('/') + "/models");
        if (key is null && !url.IsLoopback)
        {
            return new Finding("model " + name, CheckState.Problem, $"there is no key for {url.Host}", $"Set it: muster config set models.{name}.api_key KEY");
        }

        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key);
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return (int)answer.StatusCode is 401 or 403
                ? new Finding("model " + name, CheckState.Problem, $"{url.Host} refuses the key ({(int)answer.StatusCode})", "Check that the key is whole, not expired, and belongs to this endpoint.")
                : new Finding("model " + name, CheckState.Ok, $"{url.Host} answers");
        }
        catch (HttpRequestException exception)
        {
            return new Finding("model " + name, CheckState.Problem, $"{url.Host} cannot be reached: {exception.Message}", "Check the address (base_url) and the network; behind a proxy set HTTPS_PROXY.");
        }
    }
}
