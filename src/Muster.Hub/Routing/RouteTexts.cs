using System.Text;
using Muster.Agents.Tools;

namespace Muster.Hub.Routing;

/// <summary>What the router says, in the user's language.</summary>
internal sealed class RouteTexts(bool chinese)
{
    private const int LongestShown = 80;

    /// <summary>By which several machines are addressed.</summary>
    private static readonly string[] _several = ["all", "everyone", "everywhere", "linux", "windows", "macos"];

    public static RouteTexts For(bool chinese) => new(chinese);

    /// <summary>The script of a message wins over the account's language; a command has no script of its own.</summary>
    public static bool IsChinese(string text, string language) =>
        text.Any(letter => letter is >= '\u4e00' and <= '\u9fff')
        || (language == "zh" && (text.TrimStart() is ['/' or '$', ..] || !text.Any(char.IsAsciiLetter)));

    public string Named(string name) => chinese ? $"你点名了 {name}。" : $"You named {name}.";

    public string Only(string name) => chinese ? $"{name} 是唯一的机器。" : $"{name} is the only machine.";

    public string OnlyOnline(string name) => chinese ? $"{name} 是唯一在线的机器。" : $"{name} is the only machine that is online.";

    public string Active(string name) => chinese ? $"{name} 是当前的机器。" : $"{name} is the active machine.";

    public string Direct(string name) => chinese ? $"这里的消息都直接发给 {name} 上的编程会话。" : $"All that is said here goes to the coding session on {name}.";

    public string NamedHub => chinese ? "你点名了中心。" : "You named the hub.";

    public string AskedForPlan => chinese ? "你要求先做计划。" : "You asked for a plan.";

    public string NamedSeveral => chinese ? "你点名了几台机器。" : "You named several machines.";

    public string AskedForMany => chinese ? "你要问多台机器。" : "You asked many machines.";

    public string NotOnHub => chinese ? "这需要一台机器，中心自己做不到：请去掉 @hub，或写上机器名。" : "That needs a machine, which the hub is not: leave @hub out, or name a machine.";

    public string MayNotRun(bool guest) => (chinese, guest) switch
    {
        (true, true) => "计划和发给多台机器的请求会运行任务，访客不能运行任务。请去掉开头的词，只问一台机器。",
        (true, false) => "计划和发给多台机器的请求会运行任务，而发送它的密钥没有 run 权限。请去掉开头的词，或换一把密钥。",
        (false, true) => "Plans and requests to many machines run tasks, and a guest may run none. Leave the first word out, and one machine answers.",
        (false, false) => "Plans and requests to many machines run tasks, and the key that sent this has not the scope \"run\". Leave the first word out, or use another key.",
    };

    public string HubAlone => chinese ? "没有机器在线，由中心回答。" : "No machine is online, so the hub answers.";

    public string NeedsNone => chinese ? "这不需要用到机器，由中心回答。" : "It needs no machine, so the hub answers.";

    public string HubKnowsFleet => chinese ? "这是关于所有机器的，中心知道。" : "It is about all machines, which the hub knows.";

    public string HasSession(string name, string session) => chinese ? $"{name} 上有会话 {session}。" : $"{name} has the session {session}.";

    public string HasHardware(string name) => chinese ? $"只有 {name} 有引脚。" : $"{name} is the machine with pins.";

    public string HasPath(string name, string path) => chinese ? $"{path} 在 {name} 的工作目录里。" : $"{path} is in the working folder of {name}.";

    public string HasPathOffline(string name, string path) => HasPath(name, path) + "\n" + Offline(name);

    public string NobodyHasPath(string path) => chinese ? $" 没有哪台机器的工作目录包含 {path}。" : $" No machine's working folder holds {path}.";

    /// <param name="why">A sentence.</param>
    public string NotByModel(string why) => chinese ? $"没有询问模型：{why}" : $"No model was asked: {why}";

    public string ByModel(string name, string why) => (chinese, why.Length > 0) switch
    {
        (true, true) => $"模型选择了 {name}：{why}",
        (true, false) => $"模型选择了 {name}。",
        (false, true) => $"The model chose {name}: {why}",
        (false, false) => $"The model chose {name}.",
    };

    public string Chosen(string name) => chinese ? $"你选择了 {name}。" : $"You chose {name}.";

    public string Steers(string name) => chinese ? $"{name} 正在处理这个对话，会一并考虑。" : $"{name} is working on this conversation and takes it into account.";

    public string Planned => chinese ? "计划中指定了这台机器。" : "It was planned for this machine.";

    public string Returned(string name) => chinese ? $"{name} 回来了。" : $"{name} is back.";

    public string Queued(string name) => chinese
        ? $"已排队：{name} 会在当前工作结束后处理。"
        : $"Queued: {name} gets this when the work that is going on here has ended.";

    public string QueuedAny => chinese ? "已排队：当前工作结束后处理。" : "Queued until the work that is going on here has ended.";

    public string QueuedPlan => chinese ? "已排队：当前工作结束后再做这个计划。" : "Queued: this is planned when the work that is going on here has ended.";

    public string Offline(string name) => chinese
        ? $"Node {name} is offline\n{name} 不在线。它回来后要执行吗？回复“好”即可。"
        : $"Node {name} is offline\nRun it when {name} is back? Answer \"yes\".";

    public string GoesOn(string name) => chinese ? $"{name} 回来后会继续这里的工作；/stop 放弃。" : $"What {name} was doing here goes on when it is back. /stop gives it up.";

    /// <summary>To a stop that names a machine on which nothing of the conversation runs.</summary>
    public string NotThere(string named, string working) => chinese
        ? $"这个对话现在没有在 {named} 上工作，而是在 {working} 上：/stop 停止它。"
        : $"Nothing of this conversation runs on {named}: {working} works for it, and /stop ends that.";

    public string OfflineNotRun(string name) => chinese ? $"Node {name} is offline\n{name} 不在线，这次没有执行。" : $"Node {name} is offline\nThis was not run.";

    public string OfflineWorking(string name) => chinese
        ? $"Node {name} is offline\n这个对话的工作还在 {name} 上。回复“好”等它回来再转交，或用 /stop 放弃那项工作。"
        : $"Node {name} is offline\nIt still has work of this conversation. Answer \"yes\" to hand this over when it is back, or /stop to give that work up.";

    public string WillRun(string name) => chinese ? $"好的，{name} 回来后会执行。" : $"All right: {name} gets it when it is back.";

    public string NoSuchModel(string place, string model) => chinese
        ? $"{place} 没有模型 {model}，用它的默认模型回答。"
        : $"{place} has no model named {model}: its default answers.";

    /// <summary>Of a message for which the machine was asked, when something else is said in place of the answer.</summary>
    public string NeverSaidWhich(string message)
    {
        var shown = message.ReplaceLineEndings(" ").Trim();
        shown = shown.Length <= LongestShown ? shown : shown[..LongestShown] + "…";
        return chinese ? $"没有说用哪台机器，所以没有执行：“{shown}”。" : $"Not done, as no machine was named for it: \"{shown}\".";
    }

    public string Which(IReadOnlyList<Machine> machines) => List(chinese ? "用哪台机器？回复它的名字或编号：" : "On which machine? Answer with its name or number:", machines);

    public string NoSuchNumber(int number, IReadOnlyList<Machine> machines) => (chinese ? $"没有编号为 {number} 的机器。" : $"There is no machine {number}. ") + Which(machines);

    public string NoneOnline(IReadOnlyList<Machine> machines) => machines.Count == 0
        ? (chinese
            ? "还没有机器。在一台机器上运行 muster up，或用 muster node join TOKEN 添加一台（令牌来自 muster node token 或“机器”页面）。"
            : "There is no machine yet. Run \"muster up\" on one, or add one with \"muster node join TOKEN\" (the token comes from the Machines page).")
        : (chinese
            ? $"没有机器在线（{Names(machines)}）。在其中一台上运行 muster node，或用 muster node join TOKEN 添加一台。"
            : $"No machine is online ({Names(machines)}). Start \"muster node\" on one of them, or add another with \"muster node join TOKEN\".");

    public string UnknownMachine(string name, IReadOnlyList<Machine> machines) => machines.Count == 0
        ? NoneOnline(machines)
        : (chinese ? $"没有叫 {name} 的机器。有：{Names(machines)}。" : $"There is no machine named {name}. Your machines: {Names(machines)}.");

    /// <summary>To an address with nothing after it.</summary>
    public string AskWhat(string name) => chinese ? $"要 {name} 做什么？例如 @{name} 磁盘还剩多少？" : $"What is {name} to do? For example: @{name} how much disk is free?";

    /// <summary>To a message that is addressed to no machine there is.</summary>
    public string UnknownAddress(string name, IReadOnlyList<Machine> machines) =>
        UnknownMachine(name, machines)
        + (NearestName.Of(name, [.. machines.Select(machine => machine.Name), .. _several]) is not { } near ? "" : chinese ? $"是不是 @{near}？" : $" Did you mean @{near}?")
        + (chinese ? "如果不是指机器，请去掉这个名字再发。" : " If you meant no machine, leave that name out.");

    /// <summary>To a command for several machines.</summary>
    /// <param name="machine">One for the example; null: there is none.</param>
    public string CommandForMany(string address, string command, string? machine)
    {
        var (name, one) = (command.Split((char[]?)null, 2)[0], machine is null ? command : $"@{machine} {command}");
        return chinese
            ? $"{name} 只能发给一台机器，不能发给 {address}：{one}。发给多台的是请求或命令行，例如 {address} /shell df -h。"
            : $"{name} goes to one machine and not to {address}: {one}. To several go requests and command lines, such as {address} /shell df -h.";
    }

    private static string Names(IReadOnlyList<Machine> machines) => string.Join(", ", machines.Select(machine => machine.Name));

    private static string List(string head, IReadOnlyList<Machine> machines)
    {
        var text = new StringBuilder(head);
        for (var i = 0; i < machines.Count; i++)
        {
            text.Append('\n').Append(i + 1).Append(". ").Append(machines[i].Name);
        }

        return text.ToString();
    }
}
