using System.CommandLine;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client;
using Muster.Client.Budgets;

namespace Muster.Cli.Conversations;

internal sealed class BudgetCommand : MusterCommand
{
    /// <summary>In the order in which a short id is looked for.</summary>
    private static readonly Door[] _doors =
    [
        new((budgets, id, cancel) => budgets.OfConversationAsync(id, cancel), (budgets, id, change, cancel) => budgets.SetConversationAsync(id, change, cancel)),
        new((budgets, id, cancel) => budgets.OfTaskAsync(id, cancel), (budgets, id, change, cancel) => budgets.SetTaskAsync(id, change, cancel)),
        new((budgets, id, cancel) => budgets.OfScheduleAsync(id, cancel), (budgets, id, change, cancel) => budgets.SetScheduleAsync(id, change, cancel)),
    ];

    private readonly Argument<string> _id = new Argument<string>("ID") { Description = "A conversation, schedule, job or task: its id, or the beginning of its random part as lists show it" }.NotEmpty();
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
        var id = context.Parse.GetValue(_id)!;
        var (door, budget) = await FindAsync(hub.Client.Budgets, id, cancellationToken);
        if (context.Parse.GetValue(_change) is { } change)
        {
            budget = await BudgetArguments.SetAsync(context, hub.Client, budgets => door.Set(budgets, id, change, cancellationToken), cancellationToken);
        }

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

    private static async Task<(Door Door, Budget Budget)> FindAsync(BudgetClient budgets, string id, CancellationToken cancel)
    {
        foreach (var door in _doors)
        {
            try
            {
                return (door, await door.Get(budgets, id, cancel));
            }
            catch (MusterException absent) when (absent.Status == 404)
            {
                // of another kind, or of none
            }
        }

        throw new CliException(
            $"There is no conversation, schedule, job or task \"{id}\" that you may see. Look for it with: muster conversation list, muster schedule list, muster job list or muster tasks",
            ExitCode.NotFound);
    }

    /// <summary>How the budget of one kind of thing is read and set.</summary>
    private sealed record Door(
        Func<BudgetClient, string, CancellationToken, Task<Budget>> Get, Func<BudgetClient, string, BudgetChange, CancellationToken, Task<Budget>> Set);
}
