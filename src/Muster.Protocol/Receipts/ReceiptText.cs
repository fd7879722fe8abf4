using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Muster.Protocol.Wire;

namespace Muster.Protocol.Receipts;

/// <summary>
/// What a receipt says, as the bytes that are signed: one line of JSON with these fields in this order. Hub and node write it from
/// the same values, so it is never sent.
/// </summary>
public static class ReceiptText
{
    public static byte[] Of(AttemptResult result)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("job", result.JobId);
            json.WriteNumber("task", result.Ref.Task);
            json.WriteNumber("attempt", result.Ref.Attempt);
            json.WriteString("outcome", result.Outcome);
            json.WriteNumber("exit_code", result.ExitCode);
            json.WriteString("outputs", Convert.ToHexStringLower(result.OutputsHash.Span));
            json.WriteString("log", Convert.ToHexStringLower((result.Log?.Sha256 ?? Google.Protobuf.ByteString.Empty).Span));
            Number(json, "started_at", result.StartedAt);
            var use = result.Usage ?? new ResourceUse();
            Number(json, "cpu_seconds", use.CpuSeconds);
            json.WriteNumber("peak_memory_bytes", use.PeakMemoryBytes);
            Number(json, "wall_seconds", use.WallSeconds);
            Number(json, "gpu_seconds", use.GpuSeconds);
            json.WriteNumber("bytes_in", use.BytesIn);
            json.WriteNumber("bytes_out", use.BytesOut);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(double.IsFinite(value) ? value.ToString("F6", CultureInfo.InvariantCulture) : "0");
    }
}
