using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Chat.ModelChoice;
using Muster.Hub.Fleet;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Chat;

/// <summary>A user's own conversations.</summary>
internal sealed class ConversationDesk(Database database, NodeDirectory nodes, ConversationEnd end, Idempotency idempotency, ModelNames models, TimeProvider time)
{
    private const int LongestTitle = 200;

    public Task<ConversationModel> CreateAsync(HttpContext context, ConversationCreate request)
    {
        var caller = context.Caller();
        var title = ValidTitle(request.Title) ?? "";
        var node = NodeOf(caller, request.Node);
        var model = ModelOf(caller, request.Model);
        return idempotency.OnceAsync(
            context, $"{title}\n{node}\n{model}", HubJson.Default.ConversationModel,
            tx =>
            {
                var made = ConversationStore.Create(tx, caller.User.ToString(), title, node?.Id.ToString() ?? StartNode(tx, caller), time);
                if (model is not null)
                {
                    ConversationStore.SetModel(tx, made.Id, model);
                }

                return Model(ConversationStore.Find(tx, made.Id)!);
            });
    }

    public Task<Page<ConversationModel>> ListAsync(SignedIn caller, int limit, string? after, CancellationToken cancel) => database.ReadAsync(
        tx =>
        {
            var rows = ConversationStore.List(tx, caller.User.ToString(), limit + 1, after);
            return new Page<ConversationModel>([.. rows.Take(limit).Select(Model)], rows.Count > limit ? rows[limit - 1].Id : null);
        },
        cancel);

    public Task<ConversationModel> GetAsync(SignedIn caller, string id, CancellationToken cancel) =>
        database.ReadAsync(tx => Model(Find(tx, caller, id)), cancel);

    /// <exception cref="ApiException">None of the caller's conversations is meant.</exception>
    public Task<string> ResolveAsync(SignedIn caller, string id, CancellationToken cancel) => database.ReadAsync(tx => Find(tx, caller, id).Id, cancel);

    public Task<ConversationModel> ChangeAsync(SignedIn caller, string id, ConversationPatch patch, CancellationToken cancel)
    {
        var title = ValidTitle(patch.Title);
        var node = NodeOf(caller, patch.Node);
        var model = ModelOf(caller, patch.Model);
        return database.WriteAsync(
            tx =>
            {
                var found = Find(tx, caller, id);
                if (title is not null)
                {
                    ConversationStore.SetTitle(tx, found.Id, title);
                }

                if (node is not null)
                {
                    ConversationStore.SetNode(tx, found.Id, node.Id.ToString());
                }

                if (patch.Model is not null)
                {
                    ConversationStore.SetModel(tx, found.Id, model);
                }

                return Model(ConversationStore.Find(tx, found.Id)!);
            },
            cancel);
    }

    public async Task DeleteAsync(SignedIn caller, string id, CancellationToken cancel) => await end.DeleteAsync(await ResolveAsync(caller, id, cancel), cancel);

    public static ConversationRow Find(Transaction tx, SignedIn caller, string id)
    {
        var found = Prefixes.Resolve<Conversation>(tx, id, "conversation", "select id from conversations where user_id = @user", new { user = caller.User.ToString() });
        return ConversationStore.Find(tx, found)!;
    }

    private ConversationModel Model(ConversationRow row) => new(
        row.Id, row.Title, Id<Node>.TryParse(row.NodeId, out var node) ? nodes.Find(node)?.Name : null, row.RunId is not null, row.RunId,
        DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt), DateTimeOffset.FromUnixTimeMilliseconds(row.UpdatedAt), row.Model);

    /// <exception cref="ApiException">There is none of that name, here or on a machine of the caller's.</exception>
    private string? ModelOf(SignedIn caller, string? name) =>
        name is null or ModelNames.Default ? null : models.Find(name, nodes.For(caller.User)) ?? throw ApiException.Invalid("model", models.Unknown(name, nodes.For(caller.User), chinese: false), "Leave the model out, or send default.");

    private static string? StartNode(Transaction tx, SignedIn caller) => UserStore.Find(tx, caller.User.ToString())?.ActiveNode;

    private NodeSnapshot? NodeOf(SignedIn caller, string? nameOrId)
    {
        if (nameOrId is null)
        {
            return null;
        }

        var mine = nodes.For(caller.User);
        return mine.FirstOrDefault(node => string.Equals(node.Name, nameOrId, StringComparison.OrdinalIgnoreCase) || node.Id.ToString() == nameOrId)
            ?? throw ApiException.Invalid("node", $"There is no machine named \"{nameOrId}\".", "See muster nodes for their names.");
    }

    private static string? ValidTitle(string? title) => title is null || title.Length <= LongestTitle
        ? title
        : throw ApiException.Invalid("title", $"A title has at most {LongestTitle} characters.", "Shorten it.");
}
