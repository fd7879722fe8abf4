using Muster.Hub.Chat.Assistant;
using Muster.Hub.Fleet;
using Muster.Hub.Routing.Commands;

namespace Muster.Hub.Chat.ModelChoice;

/// <summary>Shows which models there are and which one a conversation uses, or chooses another from the next message on.</summary>
internal sealed class ModelCommand(ModelNames models) : ICommand
{
    public string Name => "model";

    public (string Usage, string English, string Chinese) Help => ("/model [NAME|default]", "which model answers in this conversation", "这个对话用哪个模型");

    public CommandResult Run(CommandCall call)
    {
        var chosen = ConversationStore.Find(call.Tx, call.Conversation)?.Model;
        if (call.Argument.Length == 0)
        {
            return new CommandResult.Say(Shown(call, chosen));
        }

        if (call.User.Role == "guest")
        {
            return new CommandResult.Say(call.Chinese ? "访客不能选择模型。" : "A guest may not choose the model.", "warning");
        }

        if (string.Equals(call.Argument, ModelNames.Default, StringComparison.OrdinalIgnoreCase))
        {
            ConversationStore.SetModel(call.Tx, call.Conversation, null);
            return new CommandResult.Say(call.Chinese ? "从下一条消息起，用每台机器自己的默认模型。" : "From the next message on each machine uses its default model.");
        }

        if (models.Find(call.Argument, call.Machines) is not { } found)
        {
            return new CommandResult.Say(models.Unknown(call.Argument, call.Machines, call.Chinese), "warning");
        }

        ConversationStore.SetModel(call.Tx, call.Conversation, found);
        var said = call.Chinese ? $"从下一条消息起，这个对话用 {found}。" : $"From the next message on this conversation uses {found}.";
        var (place, there) = Place(call);
        return new CommandResult.Say(
            place is null || ModelNames.In(there, found) is not null ? said : said + (call.Chinese ? $" {place} 没有它，会用默认模型。" : $" {place} has none of that name, and uses its default."));
    }

    private string Shown(CommandCall call, string? chosen)
    {
        var (place, there) = Place(call);
        var lines = new List<string>();
        if (place is not null)
        {
            lines.Add(Line(place, there, call.Chinese));
        }

        if (place != HubMachine.Name && models.OnHub.Count > 0)
        {
            lines.Add(Line(HubMachine.Name, models.OnHub, call.Chinese));
        }

        lines.Add((chosen, call.Chinese) switch
        {
            (null, true) => "这个对话用默认模型。/model 名字 换一个。",
            (null, false) => "This conversation uses the default. /model NAME chooses another one.",
            (_, true) => $"这个对话用 {chosen}。/model default 换回默认模型。",
            (_, false) => $"This conversation uses {chosen}. /model default gives the default back.",
        });
        return string.Join('\n', lines);
    }

    /// <summary>What is meant: the hub or a machine that is named, else the active machine.</summary>
    private (string? Name, IReadOnlyList<string> Models) Place(CommandCall call) =>
        call.OnHub ? (HubMachine.Name, models.OnHub)
        : call.Machines.FirstOrDefault(node => node.Id.ToString() == (call.Named ?? call.Active)) is { } node ? (node.Name, node.Facts.Models)
        : call.Machines is [var only] ? (only.Name, only.Facts.Models)
        : (null, []);

    private static string Line(string place, IReadOnlyList<string> names, bool chinese) => names.Count == 0
        ? (chinese ? $"{place}：没有模型，由内置规则回答" : $"{place}: no model, the built-in rules answer")
        : $"{place}{(chinese ? "：" : ": ")}{string.Join(chinese ? "、" : ", ", names.Select((name, index) => index == 0 ? name + (chinese ? "（默认）" : " (default)") : name))}";
}
