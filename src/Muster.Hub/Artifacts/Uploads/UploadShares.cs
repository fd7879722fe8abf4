using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Artifacts.Files;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Artifacts.Uploads;

/// <summary>How much of the hub's disk the files of one member may take, so that nobody fills it for all. Admins may use all there is.</summary>
internal sealed class UploadShares(Database database, ArtifactFolder folder, People people, ArtifactOptions options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Tally> _tallies = new(StringComparer.Ordinal);

    /// <exception cref="ApiException">507: so much more would be too much.</exception>
    public async Task CheckAsync(ArtifactHolder holder, long bytes, CancellationToken cancel)
    {
        if (IsLimited(holder))
        {
            Check(await StoredAsync(holder, cancel), bytes);
        }
    }

    /// <returns>Counts what comes, until it is stored or given up and this is disposed of; null: nobody counts.</returns>
    public async Task<UploadShare?> OpenAsync(ArtifactHolder holder, CancellationToken cancel)
    {
        if (!IsLimited(holder))
        {
            return null;
        }

        Tally? tally;
        lock (_gate)
        {
            if (!_tallies.TryGetValue(holder.Text, out tally))
            {
                // What is measured before anything comes stays true until nothing does any more: all that comes is added to it.
                _tallies.Add(holder.Text, tally = new Tally { Stored = new(() => StoredAsync(holder, CancellationToken.None)) });
            }

            tally.Open++;
        }

        try
        {
            var stored = await tally.Stored.Value.WaitAsync(cancel);
            return new UploadShare(bytes => Take(tally, stored, bytes), () => Close(holder, tally));
        }
        catch
        {
            Close(holder, tally);
            throw;
        }
    }

    private bool IsLimited(ArtifactHolder holder) =>
        holder.User is { } user && people.Get(user.ToString()) is { Rank: < Role.Admin };

    private Task<long> StoredAsync(ArtifactHolder holder, CancellationToken cancel) => database.ReadAsync(
        tx => ArtifactRows.SizeOf(tx, holder.User!.Value)
            + UploadRows.OpenIds(tx, holder).Sum(id => new FileInfo(folder.UploadPath(id)) is { Exists: true } file ? file.Length : 0),
        cancel);

    private void Take(Tally tally, long stored, long bytes)
    {
        lock (_gate)
        {
            Check(stored + tally.Came, bytes);
            tally.Came += bytes;
        }
    }

    private void Close(ArtifactHolder holder, Tally tally)
    {
        lock (_gate)
        {
            if (--tally.Open == 0)
            {
                _tallies.Remove(holder.Text);
            }
        }
    }

    private void Check(long stored, long more)
    {
        if (stored + more > options.UserQuota)
        {
            throw new ApiException(
                507, "share_used",
                $"Your files and those of your jobs take {DiskBudget.Size(stored)} of the {DiskBudget.Size(options.UserQuota)} that each user has here (artifacts.user_quota). " +
                "What no job refers to goes after a day, results with their jobs; an admin can raise the limit.");
        }
    }

    private sealed class Tally
    {
        public required Lazy<Task<long>> Stored { get; init; }

        public long Came { get; set; }

        public int Open { get; set; }
    }
}

/// <summary>One user's room while something arrives.</summary>
internal sealed class UploadShare(Action<long> take, Action close) : IDisposable
{
    /// <exception cref="ApiException">507: there is no room for so much.</exception>
    public void Take(long bytes) => take(bytes);

    public void Dispose() => close();
}
