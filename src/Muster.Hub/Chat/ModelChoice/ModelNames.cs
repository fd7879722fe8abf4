using System.Globalization;
using Muster.Hub.Chat.Assistant;
using Muster.Hub.Fleet;
using Muster.Hub.Routing.Commands;

namespace Muster.Hub.Chat.ModelChoice;

/// <summary>Names of the models that a conversation can choose: those of machines, and of the hub's own assistant. Keys and addresses are nowhere here.</summary>
internal sealed class ModelNames(AssistantOptions options)
{
    /// <summary>In place of a name: each machine's own.</summary>
    public const string Default = "default";

    private const int LongestShown = 60;

    /// <summary>The hub's own, the default first.</summary>
    public IReadOnlyList<string> OnHub => options is { Hub: true, HasModel: true } ? [.. options.Models!.Models.Select(model => model.Name)] : [];

    public static string? In(IReadOnlyList<string> models, string name) => models.FirstOrDefault(model => string.Equals(model, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>As it is written where it is; null: nowhere.</summary>
    public string? Find(string name, IReadOnlyList<NodeSnapshot> machines) => In(All(machines), name.Trim());

    /// <summary>What is said of a name that no model has.</summary>
    public string Unknown(string name, IReadOnlyList<NodeSnapshot> machines, bool chinese)
    {
        name = Shown(name);
        var all = All(machines);
        if (all.Count == 0)
        {
            return chinese ? "没有配置任何模型（docs/configuration.md），由内置规则回答。" : "No model is configured (docs/configuration.md): the built-in rules answer.";
        }

        var nearest = all.MinBy(model => CommandBook.Distance(model.ToLowerInvariant(), name.Trim().ToLowerInvariant()));
        var list = string.Join(chinese ? "、" : ", ", all);
        return chinese ? $"没有叫 {name} 的模型。是不是 {nearest}？有：{list}。" : $"There is no model named {name}. Did you mean {nearest}? There are: {list}.";
    }

    /// <summary>What somebody typed, fit for a sentence: short, on one line, and written in one direction.</summary>
    private static string Shown(string name)
    {
        var plain = string.Concat(name.Trim().Take(LongestShown).Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) || char.GetUnicodeCategory(letter) == UnicodeCategory.Format ? '?' : letter));
        return name.Trim().Length > LongestShown ? plain + "…" : plain;
    }

    private List<string> All(IReadOnlyList<NodeSnapshot> machines) => [.. machines.SelectMany(node => node.Facts.Models).Concat(OnHub).Distinct(StringComparer.OrdinalIgnoreCase)];
}
