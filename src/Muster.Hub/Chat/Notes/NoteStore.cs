using Muster.Hub.Api;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Chat.Notes;

/// <summary>Something that the assistant was told to remember, or thought worth it.</summary>
internal sealed record Note(string Id, string Text, DateTimeOffset At);

/// <summary>What the assistant remembers of each user beyond a conversation. Nobody but that user, and the runs made for them, comes by it.</summary>
internal static class NoteStore
{
    private const int ShortLength = 6;

    public const int MostText = 10_000;

    /// <summary>So few that reading through them takes milliseconds, whatever the language: an index of words would know no Chinese.</summary>
    public const int MostNotes = 10_000;

    /// <summary>Newest first.</summary>
    /// <param name="query">Words that all occur in a note, in any order and case; empty: every note.</param>
    /// <param name="before">Notes that come after this one in the list; null: from the newest on.</param>
    public static IReadOnlyList<Note> Find(Transaction tx, string user, string query, int limit, Note? before = null)
    {
        var words = query.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var found = new List<Note>();
        tx.QueryPrepared(
            "select id, text, at from notes where user_id = @user and (at < @at or (at = @at and id < @id)) order by at desc, id desc",
            row =>
            {
                var text = row.GetString(1);
                if (Array.TrueForAll(words, word => text.Contains(word, StringComparison.OrdinalIgnoreCase)))
                {
                    found.Add(new Note(row.GetString(0), text, DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2))));
                }

                return 0;
            },
            () => found.Count < limit,
            ("user", user), ("at", before?.At.ToUnixTimeMilliseconds() ?? long.MaxValue), ("id", before?.Id ?? ""));
        return found;
    }

    /// <param name="id">A second note of this id is not written: a call that is repeated makes one.</param>
    /// <exception cref="ApiException">It is empty, too long, or one too many.</exception>
    public static void Add(Transaction tx, string user, Note note)
    {
        if (note.Text.Trim().Length == 0 || note.Text.Length > MostText)
        {
            throw ApiException.Invalid("text", $"A note has 1 to {MostText} characters.", "Shorten it.");
        }

        if (tx.Scalar<long>("select count(*) from notes where user_id = @user", new { user }) >= MostNotes)
        {
            throw new ApiException(409, "too_many_notes", $"There are {MostNotes} notes, and no more are kept: delete some (/memory, or muster memory).");
        }

        tx.Execute(
            "insert into notes (id, user_id, text, at) values (@Id, @user, @Text, @at) on conflict (id) do nothing",
            new { note.Id, user, note.Text, at = note.At.ToUnixTimeMilliseconds() });
    }

    /// <param name="typed">A whole id, or at least its first 6 characters.</param>
    /// <exception cref="ApiException">This user has none such, or several.</exception>
    public static Note Get(Transaction tx, string user, string typed)
    {
        var start = typed.TrimStart('#');
        var ids = start.Length < ShortLength ? [] : tx.Query<string>("select id from notes where user_id = @user", new { user })
            .Where(id => id.StartsWith(start, StringComparison.Ordinal)).Take(2).ToList();
        var found = ids switch
        {
            [var id] => id,
            [] => throw ApiException.NotFound("note"),
            _ => throw ApiException.Conflict($"\"{typed}\" begins more than one note: type more of it."),
        };
        var (text, at) = tx.QueryFirst<(string, long)>("select text, at from notes where id = @found", new { found });
        return new Note(found, text, DateTimeOffset.FromUnixTimeMilliseconds(at));
    }

    public static void Remove(Transaction tx, string user, string id) => tx.Execute("delete from notes where user_id = @user and id = @id", new { user, id });

    /// <returns>How many there were.</returns>
    public static int RemoveAll(Transaction tx, string user) => tx.Execute("delete from notes where user_id = @user", new { user });

    /// <summary>As chat shows it.</summary>
    public static string Short(Note note) => note.Id[..ShortLength];
}
