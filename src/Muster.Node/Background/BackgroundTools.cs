using Muster.Agents.Tools;
using Muster.Node.Artifacts;
using Muster.Node.Assistant;
using Muster.Node.Coding;
using Muster.Node.Folders;
using Muster.Node.Tools;
using Muster.Node.Tools.Files;

namespace Muster.Node.Background;

/// <summary>Gives a run what works behind it: its long calls in the background, their state, and files on their way to the person.</summary>
internal sealed class BackgroundTools(BackgroundTasks tasks, ConfinedFolder folder, HubTransfers transfers, HubQuestions hub)
{
    public IReadOnlyList<Tool> Around(RunNeeds needs, IReadOnlyList<Tool> tools)
    {
        var run = new RunBackground(tasks, needs.Forward, needs.OnKilled);
        var calls = hub.For(needs.Forward.RunId);
        var send = new FileSendTool(folder, new SentFiles(transfers, needs.Forward.RunId), calls, tasks.Kit.Options.MaxSentFile);
        return
        [
            .. tools.Select(tool => tool switch
            {
                FileOpsTool older => older.With(send),
                { MayTakeLong: true } => new BackgroundableTool(tool, run),
                _ => tool,
            }),
            .. InBackground(tools, run),
            new TaskStatusTool(run, calls),
            new BackgroundableTool(send, run),
        ];
    }

    private static IEnumerable<Tool> InBackground(IReadOnlyList<Tool> tools, RunBackground run)
    {
        var (shell, coding) = (tools.OfType<ShellTool>().FirstOrDefault(), tools.OfType<CodingSessionTool>().FirstOrDefault(tool => tool.IsThere));
        return shell is null && coding is null ? [] : [new RunBackgroundTool(shell, coding, run)];
    }
}
