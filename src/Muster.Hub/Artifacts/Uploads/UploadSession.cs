using Microsoft.Win32.SafeHandles;
using Muster.Protocol.Transfers;

namespace Muster.Hub.Artifacts.Uploads;

/// <summary>One upload that is not over: its file, how far it is, and the hash of that. One request at a time has it.</summary>
internal sealed class UploadSession(string id, long? length, SafeFileHandle file) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private CancellationTokenSource? _turn;

    public string Id => id;

    public long? Length => length;

    public SafeFileHandle File => file;

    public StreamHash Hash { get; } = new();

    /// <summary>Bytes that are in the file.</summary>
    public long Offset { get; set; }

    /// <summary>Deleted, complete or let go: whoever waited for it must look again.</summary>
    public bool Over { get; set; }

    public DateTimeOffset LastUsed { get; set; }

    public bool Busy => _gate.CurrentCount == 0;

    /// <summary>
    /// Takes it from whoever has it: a sender that comes again knows better than a connection that may be dead. The token is
    /// cancelled by the next one who comes.
    /// </summary>
    public async Task<CancellationToken> TakeAsync(CancellationToken cancel)
    {
        var turn = new CancellationTokenSource();
        if (Interlocked.Exchange(ref _turn, turn) is { } before)
        {
            await before.CancelAsync();
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(turn.Token, cancel);
        await _gate.WaitAsync(either.Token);
        return turn.Token;
    }

    public void Release() => _gate.Release();

    public void Dispose()
    {
        file.Dispose();
        Hash.Dispose();
        _gate.Dispose();
        _turn?.Dispose();
    }
}
