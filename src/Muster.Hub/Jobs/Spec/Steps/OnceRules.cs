using Muster.Hub.Jobs.Spec.Values;

namespace Muster.Hub.Jobs.Spec.Steps;

/// <summary>What may run only once cannot be copied, compared or stopped and run again.</summary>
internal static class OnceRules
{
    public static void Check(SpecErrors errors, FieldSet fields, StepPlan plan)
    {
        if (plan.Copies > 1 && fields["verify"] is { } verify)
        {
            var why = plan.Runtime == TaskRuntime.Agent ? "two agents never do the same, so there is nothing to compare"
                : plan.AtMostOnce ? "it would run a task several times that is at_most_once"
                : fields["hosts"] is not null ? "the tasks of hosts are no copies of each other"
                : null;
            if (why is not null)
            {
                errors.Add(verify, $"verify is of no use here: {why}.", "Leave verify out.");
            }
        }

        if (plan is { AtMostOnce: true, Preemptible: true })
        {
            errors.Add(fields["preemptible"]!, "A task that is at_most_once cannot be stopped and run again later.", "Leave out preemptible, or write at_most_once: false.");
        }

        if (!plan.AtMostOnce && fields["on_lost"] is { } lost)
        {
            errors.Add(lost, "Only a task that is at_most_once waits for its node; this one runs elsewhere at once.", "Leave out on_lost, or write at_most_once: true.");
        }
    }
}
