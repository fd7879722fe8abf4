using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Storage.Rows;

namespace Muster.Storage.Backup;

/// <summary>What an archive holds, as its last entry, <c>manifest.json</c>. docs/backup.md describes the format.</summary>
public sealed record BackupManifest(
    int Format,
    string Program,
    string Engine,
    DateTimeOffset At,
    IReadOnlyList<int> Schemas,
    IReadOnlyList<BackupTable> Tables,
    IReadOnlyList<BackupCounter> Counters,
    IReadOnlyList<BackupEntry> Entries)
{
    public const string EntryName = "manifest.json";

    public const int CurrentFormat = 1;
}

public sealed record BackupTable(string Name, IReadOnlyList<BackupColumn> Columns, long Rows);

public sealed record BackupColumn(string Name, [property: JsonConverter(typeof(RowTypeName))] RowType Type);

internal sealed class RowTypeName() : JsonStringEnumConverter<RowType>(JsonNamingPolicy.SnakeCaseLower);

/// <summary>The last number that a table gave to a row.</summary>
public sealed record BackupCounter(string Table, long Last);

public sealed record BackupEntry(string Name, long Size, string Sha256);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;
