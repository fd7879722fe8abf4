using System.Text.Json;
using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Audit;
using Muster.Hub.Api;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Fleet;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Copies;

/// <summary>Copies that an agent's tool asks for. One begins when it is asked about: a request that was late finds nobody who does.</summary>
internal sealed class CopyCalls(CopyDesk desk, CopyBook book, CopyRunner runner, People people)
{
    /// <exception cref="ApiException">It says what is wrong or in the way.</exception>
    public string Start(Transaction tx, string userId, RunRow run, NodeSnapshot node, JsonElement arguments)
    {
        if (people.Get(userId) is not { Disabled: false } user || user.Rank < Role.Member || run.State != "running")
        {
            throw ApiException.Forbidden("This run may not copy files: it is over, or a guest's.");
        }

        var request = arguments.Deserialize(HubJson.Default.CopyRequest) ?? throw new JsonException("null");
        if (request.From?.Sha256 is not null)
        {
            throw ApiException.Forbidden("An agent copies files of machines, and no artifacts.");
        }

        var asked = new CopyRun(run.Id, run.ConversationId, node.Id.ToString());
        return Text(desk.Add(tx, user.Key, new AuditActor(user.Id, user.Username, run.Id, ""), request, asked));
    }

    public string Show(string userId, RunRow run, string id)
    {
        var copy = Find(userId, run, id);
        copy.Ask();
        runner.Begin(copy);
        return Text(copy);
    }

    public string Cancel(string userId, RunRow run, string id)
    {
        var copy = Find(userId, run, id);
        copy.Cancel("The run that asked for it was stopped.");
        return Text(copy);
    }

    private Copy Find(string userId, RunRow run, string id) =>
        book.Find(Id<User>.Parse(userId), id) is { Plan.Run: { } of } copy && of.Id == run.Id ? copy : throw ApiException.NotFound("copy");

    private static string Text(Copy copy) => JsonSerializer.Serialize(copy.Model, HubJson.Default.CopyModel);
}
