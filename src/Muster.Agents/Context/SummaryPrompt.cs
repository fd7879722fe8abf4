namespace Muster.Agents.Context;

/// <summary>What the summariser is asked. The sections are those of pi-mono's coding agent.</summary>
internal static class SummaryPrompt
{
    public const string System =
        "You write summaries of conversations between a user and an assistant that works with tools. "
        + "Do not continue the conversation and do not answer questions in it: only write the summary, in the conversation's language.";

    private const string Sections =
        """
        Use exactly these sections:

        ## Goal
        What the user wants; several goals as a list.
        ## Constraints
        Everything the user asked to respect, word for word where it matters; "none" if nothing.
        ## Progress
        ### Done
        ### Doing
        ### Blocked
        ## Decisions
        Each decision with its reason.
        ## Next steps
        In order.
        ## Critical context
        Names, paths, values, errors and results that are needed to go on.

        Be brief. Keep exact paths, names, commands and error messages.
        """;

    public static string History(string conversation, string? previous) => previous is null
        ? $"<conversation>\n{conversation}\n</conversation>\n\nSummarise this conversation, so that the assistant can go on with the work without it.\n\n{Sections}"
        : $"<conversation>\n{conversation}\n</conversation>\n\n<previous-summary>\n{previous}\n</previous-summary>\n\n"
            + "The conversation above came after the previous summary. Write one summary of both: keep what still holds, "
            + $"move what is finished to Done, add what is new.\n\n{Sections}";

    public static string TurnPrefix(string conversation) =>
        $"<conversation>\n{conversation}\n</conversation>\n\n"
        + "This is the beginning of a turn that is too long to keep; its newest part stays as it is. Summarise the beginning, so that the rest can be understood:\n\n"
        + "## Request\nWhat the user asked for in this turn.\n## Progress so far\n## Context for the rest\n\nBe brief. Keep exact paths, names and error messages.";
}
