using Muster.Cli.Configuration;
using Muster.Cli.Pibot;

namespace Muster.Cli.Doctor.Workers;

/// <summary>Which key goes to which worker: each only to the address that it was given for.</summary>
internal sealed class WorkerKeys
{
    public const string Setting = "pibot.worker_keys";
    private readonly Dictionary<Uri, string> _keys = [];
    private readonly IReadOnlyList<string> _listen;
    private readonly string? _own;

    private WorkerKeys(IReadOnlyList<string> listen, string? own) => (_listen, _own) = (listen, own);

    public static WorkerKeys Of(MusterConfiguration configuration)
    {
        var keys = new WorkerKeys(configuration.List("pibot.listen"), configuration.List("pibot.keys") is [var first, ..] ? first : null);
        foreach (var item in configuration.List(Setting))
        {
            var (address, key) = Parse(item)!.Value;
            keys._keys[address] = key;
        }

        return keys;
    }

    /// <summary><c>HOST[:PORT]=KEY</c>; null for what is not.</summary>
    public static (Uri Address, string Key)? Parse(string item) =>
        item.IndexOf('=', StringComparison.Ordinal) is var at and > 0 && ForeignWorker.Address(item[..at].Trim()) is { } address && item[(at + 1)..].Trim() is { Length: > 0 } key && !key.Any(char.IsWhiteSpace)
            ? (address, key)
            : null;

    /// <summary>Null: none was given for it. This home's own key is for its own door alone.</summary>
    public string? For(Uri worker) => _keys.GetValueOrDefault(worker) ?? (DoorAddress.IsOwn(_listen, worker) ? _own : null);
}
