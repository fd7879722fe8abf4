using Muster.Hub.Api;

namespace Muster.Hub.Routing.Commands;

/// <summary>All commands, and what to say to one that there is not.</summary>
internal sealed class CommandBook
{
    /// <param name="commands">In any order; /help lists them by their names.</param>
    public CommandBook(IEnumerable<ICommand> commands)
    {
        All = [new HelpCommand(() => All!), .. commands.OrderBy(command => command.Name, StringComparer.Ordinal)];
    }

    public IReadOnlyList<ICommand> All { get; }

    /// <summary>"/" and a word, or one that stops; a path such as /etc/hosts is no command.</summary>
    public static bool IsCommand(string text)
    {
        var word = Word(text);
        return StopWords.Is(text) || (word.Length > 1 && word[0] == '/' && word.AsSpan(1).IndexOfAnyExceptInRange('a', 'z') < 0);
    }

    /// <summary>What a text that is a command calls. A colon may follow the name of one that there is: "/send: todo_app: go on".</summary>
    /// <returns>Null for a text that is no command.</returns>
    public WrittenCommand? Read(string text)
    {
        if (StopWords.Is(text))
        {
            return new WrittenCommand("stop", "");
        }

        var word = Word(text);
        var length = word.IndexOfAny([':', '：']) is > 1 and var colon && Find(word[1..colon]) is not null ? colon + 1 : word.Length;
        var name = word[..length].TrimEnd(':', '：');
        return IsCommand(name) ? new WrittenCommand(name[1..], text.Trim()[length..].Trim()) : null;
    }

    /// <summary>What a machine is given of a command that it does; null for all other texts.</summary>
    public string? ForMachine(string text) => Read(text) is { } written && Find(written.Name) is MachineCommand found ? found.ForMachine(written.Argument) : null;

    /// <summary>It was answered by the hub, and says little of what its conversation is about.</summary>
    public bool IsOfHub(string text) => Read(text) is { } written && Find(written.Name) is not MachineCommand;

    public CommandResult Run(WrittenCommand written, Func<string, CommandCall> call)
    {
        if (Find(written.Name) is { } found)
        {
            try
            {
                return found.Run(call(written.Argument));
            }
            catch (ApiException refused)
            {
                return new CommandResult.Say(refused.Message, "warning");
            }
        }

        var nearest = All.FirstOrDefault(command => command.Name.StartsWith(written.Name, StringComparison.Ordinal)) ?? All.MinBy(command => Distance(command.Name, written.Name))!;
        var chinese = call(written.Argument).Chinese;
        return new CommandResult.Say(
            chinese
                ? $"没有命令 /{written.Name}。是不是 /{nearest.Name}？/help 列出全部命令。"
                : $"There is no command /{written.Name}. Did you mean /{nearest.Name}? /help lists them all.",
            "warning");
    }

    private ICommand? Find(string name) => All.FirstOrDefault(command => command.Name == name);

    private static string Word(string text) => text.Trim().Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries) is [var word, ..] ? word.ToLowerInvariant() : "";

    /// <summary>How many letters have to be put in, taken out or changed.</summary>
    public static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
