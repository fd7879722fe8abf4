using Muster.Client.Accounts;
using Muster.Client.Http;

namespace Muster.Client.Budgets;

/// <summary>Spending limits of conversations, schedules and tasks. To raise one needs the scope <c>approve</c>: it lets go on what waits.</summary>
public sealed class BudgetClient
{
    private readonly Transport _transport;

    internal BudgetClient(Transport transport) => _transport = transport;

    public Task<Budget> OfConversationAsync(string conversation, CancellationToken cancellationToken = default) => GetAsync("conversations", conversation, cancellationToken);

    public Task<Budget> OfScheduleAsync(string schedule, CancellationToken cancellationToken = default) => GetAsync("schedules", schedule, cancellationToken);

    /// <exception cref="MusterException">Code <c>forbidden</c> where it would be raised without the right to.</exception>
    public Task<Budget> SetConversationAsync(string conversation, BudgetChange change, CancellationToken cancellationToken = default) => SetAsync("conversations", conversation, change, cancellationToken);

    /// <inheritdoc cref="SetConversationAsync"/>
    public Task<Budget> SetScheduleAsync(string schedule, BudgetChange change, CancellationToken cancellationToken = default) => SetAsync("schedules", schedule, change, cancellationToken);

    /// <summary>What the models of a task, or of all tasks of a job that are at work, may cost and have cost.</summary>
    /// <exception cref="MusterException">Code <c>conflict</c> where none that has a limit is at work.</exception>
    public Task<Budget> OfTaskAsync(string jobOrTask, CancellationToken cancellationToken = default) => GetAsync("jobs", jobOrTask, cancellationToken);

    /// <summary>Of a job: of each of its tasks that are at work.</summary>
    /// <inheritdoc cref="SetConversationAsync"/>
    public Task<Budget> SetTaskAsync(string jobOrTask, BudgetChange change, CancellationToken cancellationToken = default) => SetAsync("jobs", jobOrTask, change, cancellationToken);

    /// <summary>For a program whose own credential may not raise limits: what it returns may, until its token expires.</summary>
    /// <exception cref="MusterException">Code <c>wrong_credentials</c>.</exception>
    public async Task<BudgetClient> SignInAsync(string username, string password, CancellationToken cancellationToken = default)
    {
        var login = await _transport.PostAsync(
            "api/v1/login", new LoginRequest(username, password, Approve: true), ClientJson.Default.LoginRequest, ClientJson.Default.LoginAnswer, cancellationToken);
        return new BudgetClient(_transport.As(login.AccessToken));
    }

    private Task<Budget> GetAsync(string kind, string id, CancellationToken cancellationToken) => _transport.GetAsync(Path(kind, id), ClientJson.Default.Budget, cancellationToken);

    private Task<Budget> SetAsync(string kind, string id, BudgetChange change, CancellationToken cancellationToken) =>
        _transport.PutAsync(Path(kind, id), change, ClientJson.Default.BudgetChange, ClientJson.Default.Budget, cancellationToken);

    private static string Path(string kind, string id)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        return $"api/v1/{kind}/{Uri.EscapeDataString(id)}/budget";
    }
}
