using System.Runtime.CompilerServices;
using Muster.Client.Accounts;
using Muster.Client.Approvals;
using Muster.Client.Budgets;
using Muster.Client.Artifacts;
using Muster.Client.Conversations;
using Muster.Client.Copies;
using Muster.Client.Events;
using Muster.Client.Http;
using Muster.Client.Jobs;
using Muster.Client.Machines;
using Muster.Client.Notes;
using Muster.Client.Plans;
using Muster.Client.Operations;
using Muster.Client.Schedules;
using Muster.Client.Wallet;
using Muster.Client.Workers;
using Muster.Protocol.Ids;

namespace Muster.Client;

/// <summary>
/// A hub, as a program sees it: ask, stream, machines, approvals, jobs. Safe for concurrent use.
/// <code>
/// using var client = new MusterClient(new Uri("http://127.0.0.1:5000"), "key_….secret");
/// await foreach (var e in client.AskAsync("how much disk is free?"))
///     if (e is MessageUpdate { Kind: "text" } text) Console.Write(text.Delta);
/// </code>
/// Every failure is a <see cref="MusterException"/>; a cancelled token throws <see cref="OperationCanceledException"/>.
/// </summary>
public sealed class MusterClient : IDisposable
{
    private readonly Transport _transport;
    private readonly MusterClientOptions _options;

    /// <param name="credential">A key (<c>key_….secret</c>) or an access token; null to sign in with <see cref="AccountClient.LoginAsync"/>
    /// or when <see cref="MusterClientOptions.Tokens"/> holds a login.</param>
    public MusterClient(Uri hub, string? credential = null, MusterClientOptions? options = null)
    {
        _options = options ?? new MusterClientOptions();
        Hub = hub;
        _transport = new Transport(hub, credential, _options);
        Accounts = new AccountClient(_transport);
        Users = new UserClient(_transport);
        Keys = new KeyClient(_transport);
        Audit = new AuditClient(_transport);
        Nodes = new NodeClient(_transport);
        Enrolments = new EnrolmentClient(_transport);
        Conversations = new ConversationClient(_transport);
        Approvals = new ApprovalClient(_transport);
        Budgets = new BudgetClient(_transport);
        Notes = new NoteClient(_transport);
        Plans = new PlanClient(_transport);
        Inbox = new InboxClient(_transport);
        Schedules = new ScheduleClient(_transport);
        Wallet = new WalletClient(_transport);
        Backups = new BackupClient(_transport);
        Artifacts = new ArtifactClient(_transport, _options);
        Jobs = new JobClient(_transport, _options);
        Copies = new CopyClient(_transport, _options);
    }

    public Uri Hub { get; }

    public AccountClient Accounts { get; }

    public UserClient Users { get; }

    public KeyClient Keys { get; }

    public AuditClient Audit { get; }

    public NodeClient Nodes { get; }

    public EnrolmentClient Enrolments { get; }

    public ConversationClient Conversations { get; }

    public ApprovalClient Approvals { get; }

    public BudgetClient Budgets { get; }

    public NoteClient Notes { get; }

    public PlanClient Plans { get; }

    public InboxClient Inbox { get; }

    public ScheduleClient Schedules { get; }

    public WalletClient Wallet { get; }

    public BackupClient Backups { get; }

    public ArtifactClient Artifacts { get; }

    public JobClient Jobs { get; }

    public CopyClient Copies { get; }

    /// <summary>
    /// Sends a message and streams what follows until it is answered: until <c>agent_end</c> of the run that took it, or a notice
    /// that replies to it; notices that reply to other messages are left out. The connection may break in between: text is neither repeated nor lost. Cancelling stops listening,
    /// not the run (<see cref="ConversationClient.StopAsync"/> does).
    /// </summary>
    /// <exception cref="MusterException">The hub refuses the message, or was away for longer than <see cref="MusterClientOptions.Patience"/>.</exception>
    public IAsyncEnumerable<MusterEvent> AskAsync(string text, AskOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        var ask = options ?? new AskOptions();
        return new Question(this, text, ask with { MessageId = ask.MessageId ?? Id<Message>.New(_options.Time).ToString() })
            .StreamAsync(cancellationToken);
    }

    /// <summary>
    /// A conversation as it happens, from after event number <paramref name="after"/>; it ends only by cancellation or failure and
    /// reconnects by itself. Snapshots arrive as the updates that were missed.
    /// </summary>
    public IAsyncEnumerable<MusterEvent> Events(string conversationId, long after = 0, CancellationToken cancellationToken = default) =>
        Thread(conversationId, after).ReadAsync(cancellationToken);

    /// <summary>Machines and notices of the fleet as they change.</summary>
    public IAsyncEnumerable<MusterEvent> FleetEvents(CancellationToken cancellationToken = default) =>
        new EventStream(_transport, "api/v1/events", 0, _options).ReadAsync(cancellationToken);

    /// <summary>A worker that serves functions to this user's jobs from this program.</summary>
    public FunctionWorker CreateWorker(WorkerOptions? options = null) => new(_transport, _options, options ?? new WorkerOptions());

    /// <summary>What <c>GET /health</c> says, as JSON text.</summary>
    public Task<string> HealthAsync(CancellationToken cancellationToken = default) =>
        _transport.TextAsync("health", cancellationToken);

    public void Dispose() => _transport.Dispose();

    internal EventStream Thread(string conversationId, long after) =>
        new(_transport, $"api/v1/conversations/{Uri.EscapeDataString(conversationId)}/events", after, _options);
}
