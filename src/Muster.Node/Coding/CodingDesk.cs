using Muster.Agents.Tools;
using Muster.Node.Assistant;
using Muster.Node.Coding.Agents;
using Muster.Node.Coding.Sessions;
using Muster.Node.Coding.Work;
using Muster.Node.Folders;
using Muster.Node.Policy;
using Muster.Node.Sandbox;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Coding;

/// <summary>All that a machine does with coding agents: opens, lists and closes sessions, and gives them prompts.</summary>
internal sealed class CodingDesk
{
    private readonly NodeOptions _options;
    private readonly ConfinedFolder _folder;
    private readonly CodingLauncher _launcher;
    private readonly CodingPermissions _permissions;
    private readonly TrustedFolders _trusted;
    private readonly CodingSessions _sessions;

    /// <param name="onChanged">Told when sessions come, go, or begin and end their work; quick, and must not throw.</param>
    public CodingDesk(NodeOptions options, Database database, ApprovalGate approvals, Action onChanged)
    {
        _options = options;
        var tools = options.Tools;
        _folder = new ConfinedFolder(tools.WorkingDir, tools.Home, tools.UserHome, tools.Kept);
        _launcher = new CodingLauncher(options.Coding, tools, _folder, options.Time);
        _permissions = new CodingPermissions(new ToolPolicy(tools.WorkingDir, options.Policy, options.Rules), tools, options.Coding.Isolation, _folder, approvals);
        _trusted = new TrustedFolders(tools.Home);
        _sessions = new CodingSessions(database, new CodingRecord(_folder.Root, tools.Kept, options.Time), options.Coding, options.Time, onChanged);
    }

    public Task LoadAsync(CancellationToken cancel) => _sessions.LoadAsync(cancel);

    /// <summary>For the hub.</summary>
    public IEnumerable<CodingSessionInfo> Told() => _sessions.Told();

    /// <summary>All that is said there goes to a session.</summary>
    public bool IsDirect(Forward forward) => !forward.Guest && _sessions.Book.IsDirect(forward.ConversationId, forward.UserId);

    public bool HasActive(Forward forward) => _sessions.Book.Active(forward.ConversationId, forward.UserId) is not null;

    /// <summary>The tool of one run.</summary>
    /// <param name="onKilled">Told how many processes of an agent had to be ended.</param>
    public Tool For(Forward forward, Action<int> onKilled) =>
        new CodingSessionTool(this, new CodingCaller(forward.RunId, forward.ConversationId, forward.UserId, forward.Language == "zh") { IsOwner = forward.Owner }, onKilled);

    /// <exception cref="ToolException">No such agent, no such folder, or too many sessions.</exception>
    public async Task<CodingSession> OpenAsync(string project, string? agent, CodingCaller caller)
    {
        var texts = caller.Texts;
        if (_options.Coding.Isolation == ShellIsolation.Off)
        {
            throw new ToolException(texts.Off);
        }

        var found = _launcher.Find();
        var chosen = agent is null ? _launcher.Usual(found) : found.FirstOrDefault(known => known.Name.Equals(agent, StringComparison.OrdinalIgnoreCase));
        if (chosen is null)
        {
            throw new ToolException(found.Count == 0 ? texts.NoAgent : texts.NotThere(agent ?? _options.Coding.Agent!, found.Select(known => known.Name)));
        }

        return await _sessions.OpenAsync(project, ProjectFolder.Open(_folder, project), chosen.Name, caller);
    }

    /// <summary>Runs a prompt to its end.</summary>
    /// <exception cref="ToolException">It failed; a sentence.</exception>
    public async Task<string> PromptAsync(CodingSession session, ToolCall call, CodingCaller caller, Action<int> onKilled, CancellationToken abort)
    {
        var (prompt, texts) = (Prompt(call), caller.Texts);
        var found = _launcher.Find();
        var agent = found.FirstOrDefault(known => known.Name == session.Agent)
            ?? throw new ToolException(found.Count == 0 ? texts.NoAgent : texts.NotThere(session.Agent, found.Select(known => known.Name)));
        var work = new CodingWork(prompt, _options.Time.GetUtcNow());
        using var taken = _sessions.Take(session, work);
        if (taken is null)
        {
            throw new ToolException(texts.Busy(session, _sessions.WorkOf(session.Id) ?? work, _options.Time.GetUtcNow()));
        }

        var tools = _options.Tools;
        using var run = new CodingPrompt(
            new PromptOrder(_sessions.Book.All.FirstOrDefault(known => known.Id == session.Id) ?? session, agent, prompt, Limit(call), caller)
            {
                Call = call,
                Trusted = _trusted.IsTrusted(session.Folder),
                Files = new ConfinedFolder(session.Folder, tools.Home, tools.UserHome, session.Folder == _folder.Root ? tools.Kept : null),
            },
            _launcher, _permissions, _sessions, _options.Coding, _options.Time);
        try
        {
            var end = await run.RunAsync(abort);
            return end.Anew ? $"{end.Text}\n\n{texts.Anew(session.Agent)}" : end.Text;
        }
        finally
        {
            onKilled(run.Killed);
        }
    }

    /// <returns>What is said of it.</returns>
    public async Task<string> CloseAsync(CodingSession session, CodingCaller caller)
    {
        if (_sessions.WorkOf(session.Id) is { } work)
        {
            throw new ToolException(caller.Texts.Busy(session, work, _options.Time.GetUtcNow()));
        }

        await _sessions.CloseAsync(session);
        var said = caller.Texts.Closed(session);
        return _launcher.TryForget(session.Id) ? said : $"{said} {caller.Texts.Left(_launcher.Home(session.Id))}";
    }

    public Task FocusAsync(CodingCaller caller, CodingSession session, bool direct) => _sessions.FocusAsync(caller.ConversationId, session, direct);

    public string List(CodingCaller caller)
    {
        var book = _sessions.Book;
        return caller.Texts.List(
            book.Of(caller.UserId), book.Active(caller.ConversationId, caller.UserId), book.IsDirect(caller.ConversationId, caller.UserId), id => _sessions.WorkOf(id) is not null);
    }

    /// <summary>The session that is named, else the active one, else the only one.</summary>
    /// <exception cref="ToolException">There is none.</exception>
    public CodingSession Named(string? name, CodingCaller caller)
    {
        var book = _sessions.Book;
        return name is { Length: > 0 }
            ? book.Find(caller.UserId, name) ?? throw new ToolException(caller.Texts.Unknown(name, book.Of(caller.UserId)))
            : book.Active(caller.ConversationId, caller.UserId) ?? (book.Of(caller.UserId) is [var only] ? only : throw new ToolException(
                book.Of(caller.UserId).Count == 0 ? caller.Texts.NoSession : caller.Texts.List(book.Of(caller.UserId), null, false, id => _sessions.WorkOf(id) is not null)));
    }

    /// <summary>Agents may work here, if there is one.</summary>
    public bool IsThere => _options.Coding.Isolation != ShellIsolation.Off;

    /// <summary>A session that can take a prompt now: the one that is named, or a new one for a project that has none.</summary>
    /// <exception cref="ToolException">There is none, it is at work, or has another agent.</exception>
    public async Task<CodingSession> FreeAsync(string? name, string? agent, CodingCaller caller)
    {
        if (name is { Length: > 0 } && _sessions.Book.Find(caller.UserId, name) is null)
        {
            return await OpenAsync(name, agent, caller);
        }

        var session = Named(name, caller);
        if (agent is not null && !session.Agent.Equals(agent, StringComparison.OrdinalIgnoreCase))
        {
            throw new ToolException(caller.Texts.OtherAgent(session, agent));
        }

        return _sessions.WorkOf(session.Id) is { } work ? throw new ToolException(caller.Texts.Busy(session, work, _options.Time.GetUtcNow())) : session;
    }

    public bool IsDirect(CodingCaller caller) => _sessions.Book.IsDirect(caller.ConversationId, caller.UserId);

    private static string Prompt(ToolCall call) => call.Arguments.TryGetProperty("prompt", out var prompt) && prompt.GetString() is { Length: > 0 } text
        ? text
        : throw new ToolException("coding_session needs \"prompt\": what the session is to do.");

    private TimeSpan Limit(ToolCall call) => call.Arguments.TryGetProperty("timeout", out var given) && given.ValueKind == System.Text.Json.JsonValueKind.Number
        ? TimeSpan.FromSeconds(Math.Clamp(given.GetDouble(), 1, CodingOptions.MaxTimeout.TotalSeconds))
        : _options.Coding.Timeout;
}
