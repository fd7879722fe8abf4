using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Muster.Cli.Bench;

/// <summary>The same requests straight to the model's endpoint: what would be left without Muster between.</summary>
internal sealed class ModelAlone(InstantModel model, TimeProvider time) : IDisposable
{
    private readonly HttpClient _http = new();

    public async Task<Samples> TurnAsync(int count, CancellationToken cancel)
    {
        var values = new List<double>();
        for (var i = 0; i < count + TalkBenchmarks.WarmUp; i++)
        {
            var began = time.GetTimestamp();
            await ReadAsync("turn", _ => { }, cancel);
            values.Add(time.GetElapsedTime(began).TotalMilliseconds);
        }

        return new Samples("— the model's endpoint alone", "ms", "", values[TalkBenchmarks.WarmUp..]);
    }

    public async Task<Samples> TokenAsync(int answers, CancellationToken cancel)
    {
        var values = new List<double>();
        for (var i = 0; i < answers; i++)
        {
            await ReadAsync(
                "tokens",
                line =>
                {
                    if (line.StartsWith("data: {", StringComparison.Ordinal)
                        && JsonNode.Parse(line["data: ".Length..])?["choices"]?[0]?["delta"]?["content"]?.GetValue<string>() is { } text
                        && long.TryParse(text.Trim(), CultureInfo.InvariantCulture, out var written))
                    {
                        values.Add(time.GetElapsedTime(written).TotalMilliseconds);
                    }
                },
                cancel);
        }

        return new Samples("— the model's endpoint alone", "ms", "", values);
    }

    public void Dispose() => _http.Dispose();

    private async Task ReadAsync(string word, Action<string> onLine, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, model.BaseUrl + "/chat/completions")
        {
            Content = new StringContent(
                $$"""{"model":"{{InstantModel.Name}}","stream":true,"messages":[{"role":"user","content":"{{word}}"}]}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", InstantModel.Key);
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancel));
        while (await reader.ReadLineAsync(cancel) is { } line)
        {
            onLine(line);
        }
    }
}
