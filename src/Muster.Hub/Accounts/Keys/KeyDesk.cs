using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts.Audit;
using Muster.Hub.Accounts.Users;
using Muster.Hub.Api;
using Muster.Hub.Ledger;
using Muster.Hub.Spending;
using Muster.Storage;

namespace Muster.Hub.Accounts.Keys;

/// <summary>Making keys for programs, and ending them. A key never allows more than what made it.</summary>
internal sealed class KeyDesk(Database database, Idempotency once, KeyBudgets budgets, LiveRequests live, AuditLog audit, SpendingSignal signal, TimeProvider time)
{
    private const int MostPerUser = 200;
    private const int MostDays = 3650;
    private const int LongestName = 100;

    public async Task<KeyAnswer> CreateAsync(HttpContext context, KeyRequest request)
    {
        var caller = context.Caller();
        var key = Read(caller, request);
        KeyAnswer? made = null;
        await once.OnceAsync(context, JsonSerializer.Serialize(request, HubJson.Default.KeyRequest), HubJson.Default.KeyModel, tx =>
        {
            CheckMayMake(tx, caller);
            if (ApiKeys.Of(tx, key.UserId).Count >= MostPerUser)
            {
                throw ApiException.Conflict($"You have {MostPerUser} keys: revoke some that are no longer used (muster key list).");
            }

            var secret = ApiKeys.Issue(tx, key, time);
            var row = ApiKeys.Find(tx, ApiKeys.IdOf(secret))!;
            audit.Add(tx, AuditActor.Of(context), "key.create", row.Id, $"{row.Name}: {row.Scopes}");
            made = new KeyAnswer(Model(tx, row, caller.Username), secret);
            return made.Key;
        });
        return made ?? throw ApiException.Conflict("This key was made already, and its secret was answered then: revoke it, and make another.");
    }

    /// <param name="user">Somebody else, for an admin.</param>
    public Task<Page<KeyModel>> ListAsync(HttpContext context, string? user)
    {
        var caller = context.Caller();
        return database.ReadAsync(
            tx =>
            {
                var owner = user is null ? UserStore.Find(tx, caller.User.ToString())! : UserDesk.Find(tx, user);
                if (owner.Id != caller.User.ToString() && caller.Role < Role.Admin)
                {
                    throw ApiException.Forbidden("Only an admin sees keys of other users.");
                }

                return new Page<KeyModel>([.. ApiKeys.Of(tx, owner.Id).Select(row => Model(tx, row, owner.Username))], null);
            },
            context.RequestAborted);
    }

    public Task<KeyModel> GetAsync(HttpContext context, string id)
    {
        var caller = context.Caller();
        return database.ReadAsync(
            tx =>
            {
                var (row, user) = Find(tx, caller, id);
                return Model(tx, row, user.Username);
            },
            context.RequestAborted);
    }

    public Task RevokeAsync(HttpContext context, string id)
    {
        var caller = context.Caller();
        return database.WriteAsync(
            tx =>
            {
                var (row, user) = Find(tx, caller, id);
                if (user.Id != caller.User.ToString())
                {
                    Ranks.CheckMayChange(caller, user);
                }

                ApiKeys.Revoke(tx, row.Id, time.GetUtcNow());
                audit.Add(tx, AuditActor.Of(context), "key.revoke", row.Id, row.Name);
                tx.OnCommitted(() => live.Cut(user.Id, other => other.Key == row.Id, context));
                tx.OnCommitted(signal.Changed); // what waits for its budget waits in vain
            },
            context.RequestAborted);
    }

    /// <summary>Its own user's, or anybody's for an admin.</summary>
    private static (KeyRow Row, UserRow User) Find(Transaction tx, SignedIn caller, string id)
    {
        var found = Prefixes.Resolve<Protocol.Ids.Key>(
            tx, id, "key",
            caller.Role >= Role.Admin ? "select id from api_keys where revoked_at is null" : "select id from api_keys where revoked_at is null and user_id = @owner",
            new { owner = caller.User.ToString() });
        var row = ApiKeys.Find(tx, found)!;
        return (row, UserStore.Find(tx, row.UserId)!);
    }

    private KeyRow Read(SignedIn caller, KeyRequest request)
    {
        var name = request.Name?.Trim() ?? "";
        if (name.Length is 0 or > LongestName || name == ApiKeys.Local || name.Any(char.IsControl))
        {
            throw ApiException.Invalid("name", $"A key needs a name of 1 to {LongestName} characters other than \"{ApiKeys.Local}\".", "Say what it is for.");
        }

        var scopes = request.Scopes is null ? Scopes.Ask : request.Scopes.Aggregate(Scopes.None, (all, text) => all | (ScopeNames.Find(text ?? "")
            ?? throw ApiException.Invalid("scopes", $"There is no scope \"{text}\".", $"Choose of {string.Join(", ", ScopeNames.Known)}.")));
        if (scopes == Scopes.None)
        {
            throw ApiException.Invalid("scopes", "A key without a scope opens nothing.", $"Choose of {string.Join(", ", ScopeNames.Known)}.");
        }

        if ((scopes & ~caller.Scopes) is var more and not Scopes.None)
        {
            throw ApiException.Forbidden($"Your own credential lacks the scope \"{more.Names()[0]}\", so it makes no key that has it: sign in with the password (on the hub's page) to do this.");
        }

        var expires = request.ExpiresInDays switch
        {
            null => (long?)null,
            >= 1 and <= MostDays and { } days => (time.GetUtcNow() + TimeSpan.FromDays(days)).ToUnixTimeMilliseconds(),
            _ => throw ApiException.Invalid("expires_in_days", $"A key lives for 1 to {MostDays} days, or for ever.", "Choose a number between, or leave it out."),
        };
        return new KeyRow
        {
            Id = "", UserId = caller.User.ToString(), Hash = "", Name = name, Scopes = string.Join(' ', scopes.Names()), ExpiresAt = expires,
            Budget = Amount(request.Budget, "budget"), BudgetDay = Amount(request.BudgetDay, "budget_day"), BudgetMonth = Amount(request.BudgetMonth, "budget_month"),
        };
    }

    /// <summary>Else a key could leave its bounds behind by making another.</summary>
    private static void CheckMayMake(Transaction tx, SignedIn caller)
    {
        if (caller.Key is { } key && ApiKeys.Find(tx, key) is { } own && (own.HasBudget || own.ExpiresAt is not null))
        {
            throw ApiException.Forbidden($"The key \"{own.Name}\" has a budget or expires, so it makes no further keys: sign in as its user to do this.");
        }
    }

    private KeyModel Model(Transaction tx, KeyRow row, string user)
    {
        var spent = row.HasBudget ? budgets.Spent(tx, row.Id) : null;
        return new KeyModel(
            row.Id, row.Name, user, ScopeNames.Parse(row.Scopes).Names(), DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt), At(row.ExpiresAt), At(row.UsedAt),
            Cpt(row.Budget), Cpt(row.BudgetDay), Cpt(row.BudgetMonth), Cpt(spent?.Total), Cpt(spent?.Day), Cpt(spent?.Month));
    }

    private static long? Amount(string? text, string field)
    {
        if (text is null)
        {
            return null;
        }

        return Credits.Read(text, out var amount) is var (message, fix) ? throw ApiException.Invalid(field, message, fix) : amount.Micro;
    }

    private static DateTimeOffset? At(long? milliseconds) => milliseconds is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    private static string? Cpt(long? micro) => micro is { } amount ? new Credits(amount).ToString() : null;
}
