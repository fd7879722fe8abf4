using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Muster.Hub.Accounts.Audit;

/// <summary>An entry as it is stored.</summary>
internal sealed record AuditRow
{
    public long Number { get; init; }
    public long At { get; init; }
    public required string UserId { get; init; }
    public required string Username { get; init; }
    public required string Credential { get; init; }
    public required string Address { get; init; }
    public required string Action { get; init; }
    public required string Subject { get; init; }
    public required string Outcome { get; init; }
    public required string Detail { get; init; }

    /// <summary>Hash of the entry before; empty for the first that there ever was.</summary>
    public required string Previous { get; init; }

    public string Hash { get; init; } = "";

    /// <summary>SHA-256 over all fields but itself, as a JSON array, which has one reading only.</summary>
    public string Sum()
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            json.WriteNumberValue(Number);
            json.WriteNumberValue(At);
            foreach (var text in (string[])[UserId, Username, Credential, Address, Action, Subject, Outcome, Detail, Previous])
            {
                json.WriteStringValue(text);
            }

            json.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(bytes.WrittenSpan));
    }
}
