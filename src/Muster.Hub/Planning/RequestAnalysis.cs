namespace Muster.Hub.Planning;

/// <summary>What the planner makes of a request by its words alone.</summary>
public static class RequestAnalysis
{
    /// <returns>simple, moderate or complex, and how many steps it has.</returns>
    public static (string Complexity, int Steps) Of(string text) 
    {
        var plan = PlanHeuristics.Analyse(text);
        return (plan.Complexity, plan.Steps.Count);
    }
}
