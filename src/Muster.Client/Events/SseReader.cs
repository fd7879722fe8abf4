using System.Globalization;
using System.Text;

namespace Muster.Client.Events;

internal readonly record struct SseItem(string Name, string Data, long? Number);

/// <summary>
/// Reads Server-Sent Events. The framework's SseParser hides comments; here they count as signs of life, so that a dead
/// connection is told from a silent one.
/// </summary>
internal sealed class SseReader(Stream stream, TimeSpan silence, TimeProvider time) : IDisposable
{
    private readonly StreamReader _lines = new(stream, Encoding.UTF8);

    /// <summary>The next event, or null when the hub ended the stream or went silent.</summary>
    public async Task<SseItem?> NextAsync(CancellationToken cancellationToken)
    {
        var name = "message";
        long? number = null;
        StringBuilder? data = null;
        while (await LineAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0)
            {
                if (data is not null)
                {
                    return new SseItem(name, data.ToString(), number);
                }

                continue;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var field = colon < 0 ? line : line[..colon];
            var value = colon < 0 ? "" : line[(colon + 1 < line.Length && line[colon + 1] == ' ' ? colon + 2 : colon + 1)..];
            switch (field)
            {
                case "event":
                    name = value;
                    break;
                case "id" when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed):
                    number = parsed;
                    break;
                case "data":
                    data = data is null ? new StringBuilder(value) : data.Append('\n').Append(value);
                    break;
            }
        }

        return null;
    }

    public void Dispose() => _lines.Dispose();

    private async Task<string?> LineAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await _lines.ReadLineAsync(either.Token);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null; // a broken connection ends the stream; the reader above opens a new one
        }
    }
}
