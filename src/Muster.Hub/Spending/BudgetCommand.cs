using Muster.Hub.Api;
using Muster.Hub.Routing.Commands;

namespace Muster.Hub.Spending;

/// <summary>Shows and changes what this conversation may spend.</summary>
internal sealed class BudgetCommand(BudgetDesk desk) : ICommand
{
    public string Name => "budget";

    public (string Usage, string English, string Chinese) Help =>
        ("/budget [AMOUNT|+AMOUNT|none]", "what this conversation may spend on models and jobs, in credits", "此对话在模型和任务上的积分上限");

    public CommandResult Run(CommandCall call)
    {
        var texts = new SpendingTexts(call.Chinese);
        if (call.Argument.Length == 0)
        {
            return new CommandResult.Say(texts.State(SpendingLimits.Of(call.Tx, call.Conversation)));
        }

        return BudgetChange.Read(call.Argument) is { } change
            ? new CommandResult.Say(texts.State(desk.Change(call.Tx, call.Conversation, change, call.MayApprove, call.Chinese)))
            : new CommandResult.Say(
                call.Chinese ? "请写 /budget 5、/budget +5 或 /budget none，最多六位小数。" : "Write /budget 5, /budget +5 or /budget none, with at most six decimals.", "warning");
    }
}
