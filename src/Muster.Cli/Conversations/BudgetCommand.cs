using System.CommandLine;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client;
using Muster.Client.Budgets;
using Muster.Client.Wallet;
using Muster.Hub.Ledger;
using Muster.Protocol.Ids;

namespace Muster.Cli.Conversations;

internal sealed class BudgetCommand : MusterCommand
{
    private readonly Argument<string> _id = new("ID") { Description = "A conversation, schedule, job or task: its id, or the beginning of its random part as lists show it" };
    private readonly Argument<BudgetChange?> _change = BudgetArguments.Change();

    public BudgetCommand(CommandHost host)
        : base(host, "budget", """
            Show or change what a conversation or schedule may spend on models and jobs, or the models of a task, in credits.

            At the limit its work waits. To raise a limit needs your password at the terminal, as muster approve does.
            Of a job, each task changes whose agent is at work and has a limit (max_model_cpt).

            Examples:
              muster budget 9f3k2a
              muster budget 9f3k2a 5
              muster budget 9f3k2a +2.5
              muster budget 9f3k2a none
              muster budget b6avzf +0.5
            """)
    {
        Add(_id);
        Add(_change);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var (get, set) = await DoorAsync(hub.Client, context.Parse.GetValue(_id)!, cancellationToken);
        var budget = context.Parse.GetValue(_change) is { } change
            ? await BudgetArguments.SetAsync(context, hub.Client, budgets => set(budgets, change), cancellationToken)
            : await get(hub.Client.Budgets);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, budget);
        }
        else
        {
            context.Printer.Line(BudgetArguments.Sentence(budget));
        }

        return ExitCode.Ok;
    }

    /// <summary>What is meant by an id: the kind that it begins with; one without is a conversation, else a task or job, else a schedule.</summary>
    private static async Task<(Func<BudgetClient, Task<Budget>> Get, Func<BudgetClient, BudgetChange, Task<Budget>> Set)> DoorAsync(MusterClient client, string id, CancellationToken cancel)
    {
        bool Is(string prefix) => id.StartsWith(prefix, StringComparison.Ordinal);
        var isWhole = Is(Conversation.Prefix) || Is(Schedule.Prefix) || Is(Job.Prefix) || Is(TaskKind.Prefix);
        if (Is(Conversation.Prefix) || (!isWhole && await IsThereAsync(() => client.Conversations.GetAsync(id, cancel))))
        {
            var conversation = (await client.Conversations.GetAsync(id, cancel)).Id;
            return (budgets => budgets.OfConversationAsync(conversation, cancel), (budgets, change) => budgets.SetConversationAsync(conversation, change, cancel));
        }

        return Is(Schedule.Prefix) || (!isWhole && !await IsThereAsync(() => client.Budgets.OfTaskAsync(id, cancel)) && await IsThereAsync(() => client.Budgets.OfScheduleAsync(id, cancel)))
            ? (budgets => budgets.OfScheduleAsync(id, cancel), (budgets, change) => budgets.SetScheduleAsync(id, change, cancel))
            : (budgets => budgets.OfTaskAsync(id, cancel), (budgets, change) => budgets.SetTaskAsync(id, change, cancel));
    }

    private static async Task<bool> IsThereAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            _ = await ask();
            return true;
        }
        catch (MusterException error) when (error.Code is "not_found" or "conflict")
        {
            return error.Code == "conflict"; // it is there, and has no limit that can be shown now
        }
    }
}

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
