using System.Text.Json;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Chat;
using Muster.Hub.Chat.Tools;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Store;
using Muster.Hub.Jobs.Views;
using Muster.Hub.Routing;
using Muster.Protocol.Ids;

namespace Muster.Hub.Background;

/// <summary>The tool <c>task_status</c>, for tasks that the asking machine does not know: those of other machines and of jobs. Only the user's own.</summary>
internal sealed class BackgroundCalls(People people, TimeProvider time) : IRunCalls
{
    public string Area => "background";

    public string? Answer(RunCall call) => call.Verb == "show" ? Show(call) : null;

    private static (JobRow Job, int? Task) Find(RunCall call, SignedIn asking)
    {
        try
        {
            return WorkFinder.Find(call.Tx, asking, call.Text("id"));
        }
        catch (ApiException absent) when (absent.Status == 404)
        {
            throw TaskTexts.Unknown(call.Text("id"), RouteTexts.IsChinese(MessageStore.Find(call.Tx, call.Run.MessageId)?.Text ?? "", asking.Language));
        }
    }

    private string Show(RunCall call)
    {
        // As a guest would see it: an admin's assistant looks at no one else's tasks.
        var asking = people.Get(call.UserId) is { Disabled: false } user ? user.As(Scopes.All) with { Role = Role.Guest } : throw ApiException.Forbidden("This run's user is not known any more.");
        var (job, task) = Find(call, asking);
        var plan = PoolStore.Plan(call.Tx, job.Number)!;
        var index = task ?? 0;
        var row = PoolStore.Tasks(call.Tx, job.Number, index, 1).FirstOrDefault(row => row.Index == index);
        var view = JobViews.Of(job, plan, index, row, Unwritten.Of(call.Tx, job, plan), history: true);
        return EventJson.Write(json =>
        {
            json.WriteStartArray("tasks");
            json.WriteStartObject();
            json.WriteString("id", Id<TaskKind>.Parse(view.Id).Short);
            json.WriteString("state", view.State);
            json.WriteString("elapsed", view.StartedAt is { } began ? BackgroundTexts.Span(((view.EndedAt ?? time.GetUtcNow()) - began).TotalSeconds) : "not started");
            json.WriteString("line", plan.Background?.Line ?? job.Name);
            json.WriteString("node", view.Node ?? "");
            if (view.ExitCode is { } code)
            {
                json.WriteNumber("exit_code", code);
            }

            if (view.Reason is { } reason)
            {
                json.WriteString("error", reason);
            }

            json.WriteString("logs", $"muster job logs {view.Id}");
            json.WriteEndObject();
            json.WriteEndArray();
        });
    }
}
