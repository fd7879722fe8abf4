using Muster.Hub.Routing.Commands;

namespace Muster.Hub.Ledger.Wallet;

internal sealed class BalanceCommand(LedgerBook book) : ICommand
{
    public string Name => "balance";

    public (string Usage, string English, string Chinese) Help => ("/balance", "your credits", "你的积分");

    public CommandResult Run(CommandCall call)
    {
        var wallet = Statement.Wallet(call.Tx, call.User.Key, book.CreditsInUse(call.Tx));
        return new CommandResult.Say(!wallet.InUse
            ? (call.Chinese ? "目前没有收费：不需要积分。" : "Nothing costs anything here yet, so you need no credits.")
            : call.Chinese
                ? $"可用 {wallet.Balance} CPT（奖励 {wallet.Bonus}），已预留 {wallet.Held}，机器共赚得 {wallet.Earned}。"
                : $"You have {wallet.Balance} CPT (and a bonus of {wallet.Bonus}); {wallet.Held} are held for jobs and models; your machines have earned {wallet.Earned}.");
    }
}
