namespace Muster.Hub.Routing.Commands;

/// <summary>A message for when the work that goes on has ended, in place of one that steers it.</summary>
internal sealed class QueueCommand : ICommand
{
    public string Name => "queue";

    public (string Usage, string English, string Chinese) Help => ("/queue MESSAGE", "after the work that goes on here", "当前工作结束后再处理");

    public CommandResult Run(CommandCall call) => call.Argument.Length > 0
        ? new CommandResult.Deliver(call.Argument, Queue: true)
        : new CommandResult.Say(call.Chinese ? "排队做什么？例如 /queue 然后跑测试" : "Queue what? For example: /queue then run the tests", "warning");
}

/// <summary>A message that cuts short what the assistant is doing.</summary>
internal sealed class InterruptCommand : ICommand
{
    public string Name => "interrupt";

    public (string Usage, string English, string Chinese) Help => ("/interrupt MESSAGE", "break off what it is doing, and do this", "打断正在做的事，改做这件");

    public CommandResult Run(CommandCall call) => call.Argument.Length > 0
        ? new CommandResult.Deliver(call.Argument, Queue: false)
        : new CommandResult.Say(call.Chinese ? "改做什么？例如 /interrupt 先看日志。只想停下用 /stop" : "And do what? For example: /interrupt look at the log first. To stop only: /stop", "warning");
}
