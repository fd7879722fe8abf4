using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Routing.Commands;
using Muster.Protocol.Ids;

namespace Muster.Hub.Chat.Tools;

internal sealed class ApproveCommand(Approvals approvals) : AnswerCommand(approvals, allow: true)
{
    public override string Name => "approve";

    public override (string Usage, string English, string Chinese) Help => ("/approve [always] [ID]", "let a tool call that waits for you run; always: in this conversation without asking again", "允许等待批准的操作；always：本对话中不再询问");
}

internal sealed class DenyCommand(Approvals approvals) : AnswerCommand(approvals, allow: false)
{
    public override string Name => "deny";

    public override (string Usage, string English, string Chinese) Help => ("/deny [ID]", "refuse a tool call that waits for you", "拒绝等待批准的操作");
}

/// <summary>Answers an approval in the conversation: the only one that waits here, or the one that is named.</summary>
internal abstract class AnswerCommand(Approvals approvals, bool allow) : ICommand
{
    public abstract string Name { get; }

    public abstract (string Usage, string English, string Chinese) Help { get; }

    public CommandResult Run(CommandCall call)
    {
        var waiting = Approvals.Waiting(call.Tx, call.User.Id, call.Now);
        if (waiting.Count == 0)
        {
            return new CommandResult.Say(call.Chinese ? "没有等待批准的操作。" : "Nothing waits for an approval.");
        }

        if (!call.MayApprove)
        {
            return new CommandResult.Say(
                call.Chinese ? "这个登录方式不能批准操作：请在网页上批准，或在终端运行 muster approve（要输入密码）。"
                : "What this message was sent with may not answer approvals: answer on the web page, or with muster approve in a terminal, which asks for your password.",
                "warning");
        }

        var words = call.Argument.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var always = allow && words is ["always", ..];
        var named = string.Join(' ', always ? words[1..] : words);
        if (named.Length == 0)
        {
            var here = waiting.Where(approval => approval.ConversationId == call.Conversation).ToList();
            return here is [var only] ? Answer(call, only.Id, always) : new CommandResult.Say(Which(call, here.Count > 0 ? here : waiting), "warning");
        }

        try
        {
            return Answer(call, Prefixes.Resolve<Approval>(
                call.Tx, named, "approval", "select id from approvals where conversation_id in (select id from conversations where user_id = @user)", new { user = call.User.Id }), always);
        }
        catch (ApiException unknown) when (unknown.Status == 404)
        {
            return new CommandResult.Say((call.Chinese ? $"没有编号为 {named} 的批准。在等的：" : $"No approval is called {named}. Those that wait:") + ApprovalLines.Of(waiting), "warning");
        }
    }

    private CommandResult.Say Answer(CommandCall call, string id, bool always)
    {
        var answered = approvals.Answer(call.Tx, id, new Decision(allow, Remember: always), call.User.Username);
        return new CommandResult.Say((call.Chinese ? (allow ? "已允许：" : "已拒绝：") : allow ? "Allowed: " : "Denied: ") + ApprovalLines.Of(answered));
    }

    private string Which(CommandCall call, IEnumerable<ApprovalModel> waiting) =>
        (call.Chinese ? $"哪一个？/{Name} 加编号：" : $"Which one? /{Name} and its id:") + ApprovalLines.Of(waiting);
}
