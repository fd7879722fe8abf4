using System.Collections.Concurrent;
using System.Security.Cryptography;
using Muster.Agents.Tools;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Coding.Sessions;

/// <summary>The one owner of this machine's coding sessions: in memory as one snapshot, and in node.db.</summary>
/// <param name="onChanged">Told after each change; quick, and must not throw.</param>
internal sealed class CodingSessions(Database database, CodingRecord record, CodingOptions options, TimeProvider time, Action onChanged)
{
    private const string Letters = "abcdefghijkmnpqrstuvwxyz23456789";
    private const int MostTold = 64;
    private const int MostConversations = 8;

    private readonly ConcurrentDictionary<string, CodingWork> _working = new(StringComparer.Ordinal);
    private volatile CodingBook _book = CodingBook.Empty;

    public CodingBook Book => _book;

    public CodingRecord Record => record;

    /// <summary>What it works on; null when it is idle.</summary>
    public CodingWork? WorkOf(string session) => _working.GetValueOrDefault(session);

    public async Task LoadAsync(CancellationToken cancel)
    {
        _book = await database.ReadAsync(tx => CodingRows.Load(tx, record.Root), cancel);
        if (_book.All.Count > 0)
        {
            record.Resume();
        }
    }

    /// <exception cref="ToolException">There are as many as there may be.</exception>
    public async Task<CodingSession> OpenAsync(string project, string folder, string agent, CodingCaller caller)
    {
        record.Begin();
        var now = time.GetUtcNow().ToString("O");
        var session = new CodingSession
        {
            Id = NewId(), Root = record.Root, Project = project, Folder = folder, Agent = agent, UserId = caller.UserId, ConversationId = caller.ConversationId, CreatedAt = now, UsedAt = now,
        };
        await ChangeAsync(tx =>
        {
            // The owner cannot be locked out by others.
            if (_book.All.Count(other => other.State == CodingSession.Open && (!caller.IsOwner || other.UserId == caller.UserId)) >= options.Most)
            {
                throw new ToolException(caller.Texts.TooMany(options.Most));
            }

            CodingRows.Save(tx, session);
            CodingRows.Focus(tx, new CodingFocus(caller.ConversationId, session.Id, _book.IsDirect(caller.ConversationId, caller.UserId) ? 1 : 0));
        });
        return session;
    }

    public Task FocusAsync(string conversation, CodingSession session, bool direct) =>
        ChangeAsync(tx => CodingRows.Focus(tx, new CodingFocus(conversation, session.Id, direct ? 1 : 0)));

    public Task CloseAsync(CodingSession session) => ChangeAsync(tx => CodingRows.Close(tx, session with { UsedAt = time.GetUtcNow().ToString("O") }));

    /// <summary>The agent's own id of the conversation, from the moment it is known.</summary>
    public Task KeepAsync(string session, string agentSession) => ChangeAsync(tx =>
    {
        if (_book.All.FirstOrDefault(known => known.Id == session) is { State: CodingSession.Open } found)
        {
            CodingRows.Save(tx, found with { AgentSession = agentSession, UsedAt = time.GetUtcNow().ToString("O") });
        }
    });

    /// <summary>Takes the session for one prompt; null when another one has it.</summary>
    public IDisposable? Take(CodingSession session, CodingWork work)
    {
        if (!_working.TryAdd(session.Id, work))
        {
            return null;
        }

        onChanged();
        return new Taken(() =>
        {
            _working.TryRemove(session.Id, out _);
            onChanged();
        });
    }

    /// <summary>For the hub.</summary>
    public IEnumerable<CodingSessionInfo> Told()
    {
        var book = _book;
        return book.All.Where(session => session.State == CodingSession.Open).Take(MostTold).Select(session =>
        {
            var info = new CodingSessionInfo { Id = session.Id, Project = session.Project, UserId = session.UserId, Agent = session.Agent, Busy = _working.ContainsKey(session.Id) };
            var spoken = book.Focus.Values.Where(focus => focus.SessionId == session.Id).OrderByDescending(focus => focus.ConversationId, StringComparer.Ordinal).Take(MostConversations).ToList();
            info.Conversations.AddRange(spoken.Select(focus => focus.ConversationId));
            info.Direct.AddRange(spoken.Where(focus => focus.Direct == 1).Select(focus => focus.ConversationId));
            return info;
        });
    }

    private async Task ChangeAsync(Action<Transaction> change)
    {
        await database.WriteAsync(tx =>
        {
            change(tx);
            var now = CodingRows.Load(tx, record.Root);
            tx.OnCommitted(() => _book = now);
        });
        record.List(() => _book.All);
        onChanged();
    }

    private string NewId()
    {
        while (true)
        {
            var id = RandomNumberGenerator.GetString(Letters, 6);
            if (!_book.All.Any(session => session.Id == id) && !id.All(char.IsAsciiDigit))
            {
                return id;
            }
        }
    }

    private sealed class Taken(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}

/// <summary>A prompt that a session works on.</summary>
internal sealed record CodingWork(string Prompt, DateTimeOffset Since);

/// <summary>In whose name, and where.</summary>
internal sealed record CodingCaller(string RunId, string ConversationId, string UserId, bool Chinese)
{
    /// <summary>Of this machine.</summary>
    public bool IsOwner { get; init; }

    public CodingTexts Texts => new(Chinese);
}
