using System.Text;
using Muster.Hub.Routing.Commands;

namespace Muster.Hub.Chat.Notes;

internal sealed class MemoryCommand : ICommand
{
    private const int MostShown = 20;
    private const int LongestLine = 200;

    public string Name => "memory";

    public (string Usage, string English, string Chinese) Help => (
        "/memory [WORDS]", "what the assistant remembers of you; /memory delete ID forgets a note, /memory delete all every one",
        "助手记住的内容；/memory delete ID 删除一条，/memory delete all 全部删除");

    public CommandResult Run(CommandCall call)
    {
        var words = call.Argument.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            [var verb, var all] when Deletes(verb) && all.Equals("all", StringComparison.OrdinalIgnoreCase) => DeleteAll(call),
            [var verb, var id] when Deletes(verb) => Delete(call, id),
            [var verb] when Deletes(verb) => new CommandResult.Say(
                call.Chinese ? "删除哪一条？/memory 列出编号，/memory delete all 全部删除。" : "Delete which? /memory lists their ids; /memory delete all forgets every one.", "warning"),
            _ => List(call),
        };
    }

    private static bool Deletes(string word) => word.ToLowerInvariant() is "delete" or "forget" or "remove";

    private static CommandResult.Say Delete(CommandCall call, string id)
    {
        var note = NoteStore.Get(call.Tx, call.User.Id, id);
        NoteStore.Remove(call.Tx, call.User.Id, note.Id);
        return new CommandResult.Say((call.Chinese ? "已忘记：" : "Forgotten: ") + Line(note));
    }

    private static CommandResult.Say DeleteAll(CommandCall call)
    {
        var count = NoteStore.RemoveAll(call.Tx, call.User.Id);
        return new CommandResult.Say(call.Chinese ? $"已删除全部 {count} 条。" : count == 1 ? "One note was deleted." : $"All {count} notes were deleted.");
    }

    private static CommandResult.Say List(CommandCall call)
    {
        var notes = NoteStore.Find(call.Tx, call.User.Id, call.Argument, MostShown + 1);
        if (notes.Count == 0)
        {
            return new CommandResult.Say((call.Chinese, call.Argument.Length) switch
            {
                (true, 0) => "还没有记住任何内容。说“记住……”即可。",
                (true, _) => "没有包含这些词的记录。",
                (false, 0) => "Nothing is remembered yet. Say \"remember that …\".",
                _ => "No note has these words.",
            });
        }

        var text = new StringBuilder(call.Chinese ? "记住的内容（新的在前）：" : "Remembered, newest first:");
        foreach (var note in notes.Take(MostShown))
        {
            text.Append("\n#").Append(NoteStore.Short(note)).Append("  ").Append(Line(note));
        }

        if (notes.Count > MostShown)
        {
            text.Append(call.Chinese ? "\n…… 还有更多：/memory 词语 缩小范围。" : "\n… and more: /memory WORDS narrows it down.");
        }

        return new CommandResult.Say(text.ToString());
    }

    private static string Line(Note note)
    {
        var line = note.Text.ReplaceLineEndings(" ").Trim();
        return line.Length <= LongestLine ? line : string.Concat(line.AsSpan(0, LongestLine - (char.IsHighSurrogate(line[LongestLine - 1]) ? 1 : 0)), "…");
    }
}
