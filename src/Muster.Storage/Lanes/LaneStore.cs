using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Muster.Storage.Lanes;

/// <summary>
/// Reliable frames that wait for their peers, per lane, and what of each peer's outbox has been applied here.
/// Its tables are migration 0001; a program's own migrations start at 0100:
/// <c>SqliteDatabase.OpenAsync(options, [.. LaneStore.Migrations, .. Migration.In(typeof(Mine).Assembly)])</c>.
/// </summary>
public sealed class LaneStore(Database database, LaneStoreOptions? options = null)
{
    private readonly LaneStoreOptions _options = options ?? new LaneStoreOptions();
    private readonly ConcurrentDictionary<string, LaneLoad> _loads = new(StringComparer.Ordinal);

    public static IReadOnlyList<Migration> Migrations { get; } = Migration.In(typeof(LaneStore).Assembly);

    /// <summary>Keeps a frame and returns its number. Once committed it stays until <see cref="ForgetAsync"/>.</summary>
    /// <exception cref="StorageException">The peer's bound is reached.</exception>
    public ulong Add(Transaction tx, string peer, int lane, ReadOnlyMemory<byte> body)
    {
        var load = Load(tx, peer);
        if (load.Frames >= _options.MaxFrames || load.Bytes + body.Length > _options.MaxBytes)
        {
            throw new StorageException(
                $"{load.Frames} messages ({load.Bytes >> 20} MB) wait for {peer}, which is the most that is kept: connect it, or remove it.");
        }

        EnsurePeer(tx, peer);
        var sequence = tx.ScalarPrepared<long>(
            """
            insert into outbox_state (peer, lane, next_seq, forgotten) values (@peer, @lane, 2, 0)
            on conflict (peer, lane) do update set next_seq = outbox_state.next_seq + 1
            returning next_seq - 1
            """,
            ("@peer", peer), ("@lane", lane));
        tx.ExecutePrepared(
            "insert into outbox_frames (peer, lane, seq, body) values (@peer, @lane, @sequence, @body)",
            ("@peer", peer), ("@lane", lane), ("@sequence", sequence), ("@body", body.ToArray()));
        tx.OnCommitted(() => Change(peer, 1, body.Length));
        return (ulong)sequence;
    }

    /// <summary>This side's outbox for a peer; made when it is not there yet.</summary>
    public LaneOutbox Outbox(Transaction tx, string peer)
    {
        _ = Load(tx, peer);
        var lanes = tx.Query<(long Lane, long Next, long Forgotten)>(
            "select lane, next_seq, forgotten from outbox_state where peer = @peer order by lane", new { peer });
        return new LaneOutbox(
            EnsurePeer(tx, peer),
            [.. lanes.Select(row => new LaneRange((int)row.Lane, (ulong)row.Next, (ulong)row.Forgotten))]);
    }

    /// <summary>Drops what waits for the peer and starts a new outbox under a new id: the first half of a reconciliation.</summary>
    public LaneOutbox Reset(Transaction tx, string peer)
    {
        tx.Execute("delete from outbox_frames where peer = @peer", new { peer });
        tx.Execute("delete from outbox_state where peer = @peer", new { peer });
        tx.Execute("delete from outbox_peers where peer = @peer", new { peer });
        tx.OnCommitted(() => _loads.TryRemove(peer, out _));
        return Outbox(tx, peer);
    }

    /// <summary>
    /// In a store that was put back from a backup: its numbers have been used for other frames since, so every outbox starts
    /// anew under another id, and the peers see that it does.
    /// </summary>
    public static void Renew(Transaction tx)
    {
        tx.Execute("delete from outbox_frames");
        tx.Execute("delete from outbox_state");
        tx.Execute("delete from outbox_peers");
    }

    /// <summary>Forgets everything about a peer, in both directions.</summary>
    public void Remove(Transaction tx, string peer)
    {
        tx.Execute("delete from inbox_state where peer = @peer", new { peer });
        tx.Execute("delete from outbox_frames where peer = @peer", new { peer });
        tx.Execute("delete from outbox_state where peer = @peer", new { peer });
        tx.Execute("delete from outbox_peers where peer = @peer", new { peer });
        tx.OnCommitted(() => _loads.TryRemove(peer, out _));
    }

    public LaneInbox Applied(Transaction tx, string peer)
    {
        var rows = tx.Query<(string Id, long Lane, long Applied)>(
            "select outbox_id, lane, applied from inbox_state where peer = @peer", new { peer });
        return new LaneInbox(
            rows.Count == 0 ? null : rows[0].Id,
            rows.ToDictionary(row => (int)row.Lane, row => (ulong)row.Applied));
    }

    /// <summary>Call in the transaction that holds the effect. Another outbox id than before starts all lanes anew.</summary>
    public void SetApplied(Transaction tx, string peer, string outboxId, int lane, ulong sequence)
    {
        tx.ExecutePrepared("delete from inbox_state where peer = @peer and outbox_id <> @outboxId", ("@peer", peer), ("@outboxId", outboxId));
        tx.ExecutePrepared(
            """
            insert into inbox_state (peer, outbox_id, lane, applied) values (@peer, @outboxId, @lane, @applied)
            on conflict (peer, lane) do update set applied = excluded.applied
            """,
            ("@peer", peer), ("@outboxId", outboxId), ("@lane", lane), ("@applied", (long)sequence));
    }

    /// <summary>Frames of a lane above <paramref name="after"/>, in order, at most <paramref name="limit"/> and fewer when they are big.</summary>
    public Task<IReadOnlyList<LaneFrame>> ReadAsync(string peer, int lane, ulong after, int limit, CancellationToken cancel = default) =>
        database.ReadAsync<IReadOnlyList<LaneFrame>>(tx => Read(tx, peer, lane, after, limit), cancel);

    /// <summary>All that waits in a lane, in order.</summary>
    public IReadOnlyList<LaneFrame> Waiting(Transaction tx, string peer, int lane)
    {
        var all = new List<LaneFrame>();
        while (Read(tx, peer, lane, all.Count == 0 ? 0 : all[^1].Sequence, int.MaxValue) is { Count: > 0 } more)
        {
            all.AddRange(more);
        }

        return all;
    }

    /// <summary>The peer has applied everything up to this number.</summary>
    public Task ForgetAsync(string peer, int lane, ulong upTo, CancellationToken cancel = default) =>
        database.WriteAsync(tx => Forget(tx, peer, lane, (long)upTo), cancel);

    public Task<LaneLoad> CountAsync(string peer, CancellationToken cancel = default) =>
        database.ReadAsync(tx => Count(tx, peer), cancel);

    /// <summary>So much waits for this peer that nothing should be begun that will add more. Quick; false before the first use of a peer since the start.</summary>
    public bool NearBound(string peer) =>
        _loads.TryGetValue(peer, out var load)
        && (load.Frames >= _options.MaxFrames * _options.Near || load.Bytes >= _options.MaxBytes * _options.Near);

    private List<LaneFrame> Read(Transaction tx, string peer, int lane, ulong after, int limit)
    {
        var bytes = 0L;
        return tx.QueryPrepared(
            "select seq, body from outbox_frames where peer = @peer and lane = @lane and seq > @after order by seq limit @limit",
            rows =>
            {
                var frame = new LaneFrame((ulong)rows.GetInt64(0), rows.GetFieldValue<byte[]>(1));
                bytes += frame.Body.Length;
                return frame;
            },
            () => bytes < _options.ReadBytes,
            ("@peer", peer), ("@lane", lane), ("@after", (long)after), ("@limit", limit));
    }

    private void Forget(Transaction tx, string peer, int lane, long upTo)
    {
        _ = Load(tx, peer);
        var gone = tx.QueryFirst<(long Frames, long Bytes)>(
            "select count(*), coalesce(sum(length(body)), 0) from outbox_frames where peer = @peer and lane = @lane and seq <= @upTo",
            new { peer, lane, upTo });
        tx.Execute("delete from outbox_frames where peer = @peer and lane = @lane and seq <= @upTo", new { peer, lane, upTo });
        tx.Execute(
            "update outbox_state set forgotten = @upTo where peer = @peer and lane = @lane and forgotten < @upTo and next_seq > @upTo",
            new { peer, lane, upTo });
        tx.OnCommitted(() => Change(peer, -gone.Frames, -gone.Bytes));
    }

    private static string EnsurePeer(Transaction tx, string peer) =>
        tx.ScalarPrepared<string>("select outbox_id from outbox_peers where peer = @peer", ("@peer", peer))
        ?? tx.Scalar<string>(
            "insert into outbox_peers (peer, outbox_id) values (@peer, @id) returning outbox_id",
            new { peer, id = RandomNumberGenerator.GetHexString(32, lowercase: true) });

    private static LaneLoad Count(Transaction tx, string peer)
    {
        var (frames, bytes) = tx.QueryFirst<(long, long)>(
            "select count(*), coalesce(sum(length(body)), 0) from outbox_frames where peer = @peer", new { peer });
        return new LaneLoad(frames, bytes);
    }

    private LaneLoad Load(Transaction tx, string peer) => _loads.GetOrAdd(peer, static (name, tx) => Count(tx, name), tx);

    private void Change(string peer, long frames, long bytes)
    {
        if (_loads.TryGetValue(peer, out var load))
        {
            // only the writer's thread changes loads, so nothing is lost between the read and the write
            _loads[peer] = new LaneLoad(load.Frames + frames, load.Bytes + bytes);
        }
    }
}
