using System.Text.Json;
using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Audit;
using Muster.Hub.Api;
using Muster.Hub.Chat.Tools;
using Muster.Protocol.Ids;

namespace Muster.Hub.Copies;

/// <summary>Copies that an agent's tool asks for. One begins when it is asked about: a request that was late finds nobody who does.</summary>
internal sealed class CopyCalls(CopyDesk desk, CopyBook book, CopyRunner runner, People people) : IRunCalls
{
    public string Area => "copies";

    public string? Answer(RunCall call) => call.Verb switch
    {
        "start" => Start(call),
        "show" => Show(call),
        "cancel" => Cancel(call),
        _ => null,
    };

    private string Start(RunCall call)
    {
        var run = call.Run;
        if (people.Get(call.UserId) is not { Disabled: false } user || user.Rank < Role.Member || run.State != "running")
        {
            throw ApiException.Forbidden("This run may not copy files: it is over, or a guest's.");
        }

        var request = call.Arguments.Deserialize(HubJson.Default.CopyRequest) ?? throw new JsonException("null");
        if (request.From?.Sha256 is not null)
        {
            throw ApiException.Forbidden("An agent copies files of machines, and no artifacts.");
        }

        var asked = new CopyRun(run.Id, run.ConversationId, call.Node.Id.ToString());
        return Text(desk.Add(call.Tx, user.Key, new AuditActor(user.Id, user.Username, run.Id, ""), request, asked));
    }

    private string Show(RunCall call)
    {
        var copy = Find(call);
        copy.Ask();
        runner.Begin(copy);
        return Text(copy);
    }

    private string Cancel(RunCall call)
    {
        var copy = Find(call);
        copy.Cancel("The run that asked for it was stopped.");
        return Text(copy);
    }

    private Copy Find(RunCall call) =>
        book.Find(Id<User>.Parse(call.UserId), call.Text("id")) is { Plan.Run: { } of } copy && of.Id == call.Run.Id ? copy : throw ApiException.NotFound("copy");

    private static string Text(Copy copy) => JsonSerializer.Serialize(copy.Model, HubJson.Default.CopyModel);
}
