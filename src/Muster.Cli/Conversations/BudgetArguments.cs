using System.CommandLine;
using Muster.Cli.Terminal;
using Muster.Client;
using Muster.Client.Budgets;
using Muster.Client.Wallet;
using Muster.Hub.Ledger;

namespace Muster.Cli.Conversations;

/// <summary>Amounts of limits, and the password that raising one takes.</summary>
internal static class BudgetArguments
{
    public static Argument<BudgetChange?> Change() => new("AMOUNT")
    {
        Description = "The limit in credits (5), more of it (+5), or none",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result => Read(result.Tokens.Count > 0 ? result.Tokens[0].Value : null, result.AddError),
    };

    public static Option<BudgetChange?> Limit(string what) => new("--max-cpt")
    {
        Description = what, HelpName = "AMOUNT",
        CustomParser = result => Read(result.Tokens.Count > 0 ? result.Tokens[0].Value : null, result.AddError),
    };

    public static string Sentence(Budget budget) => budget.MaxCpt is { } max
        ? $"It may spend {CreditsAsText.Text(max)} CPT; {CreditsAsText.Text(budget.SpentCpt)} are spent and {CreditsAsText.Text(budget.LeftCpt ?? 0)} are left."
        : $"There is no limit; {CreditsAsText.Text(budget.SpentCpt)} CPT are spent.";

    /// <summary>With the credential of this home where it may, else with the password of the person at the terminal.</summary>
    public static async Task<Budget> SetAsync(CommandContext context, MusterClient client, Func<BudgetClient, Task<Budget>> set, CancellationToken cancellationToken)
    {
        try
        {
            return await set(client.Budgets);
        }
        catch (MusterException refused) when (refused.Code == "forbidden" && context.AtTerminal)
        {
            if (!(await client.Accounts.HubAsync(cancellationToken)).Claimed)
            {
                throw new CliException("This hub has no password yet, so nobody can raise a limit. Set one on the page that this prints: muster owner link", ExitCode.NotAllowed);
            }

            var me = await client.Accounts.MeAsync(cancellationToken);
            return await set(await client.Budgets.SignInAsync(me.User.Username, Prompts.Password(context, $"Password of {me.User.Username} to raise the limit: "), cancellationToken));
        }
    }

    private static BudgetChange? Read(string? text, Action<string> error)
    {
        if (text is null)
        {
            return null;
        }

        if (text.Equals("none", StringComparison.OrdinalIgnoreCase))
        {
            return BudgetChange.None;
        }

        if (Credits.Read(text.StartsWith('+') ? text[1..] : text, out var amount) is { } mistake)
        {
            error($"AMOUNT is \"{text}\": {mistake.Message} {mistake.Fix}");
            return null;
        }

        var cpt = (decimal)amount.Micro / Credits.PerCpt;
        return text.StartsWith('+') ? BudgetChange.More(cpt) : BudgetChange.To(cpt);
    }
}
