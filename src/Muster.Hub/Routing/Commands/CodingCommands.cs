namespace Muster.Hub.Routing.Commands;

internal sealed class CloseCommand : MachineCommand
{
    public override string Name => "close";

    public override (string Usage, string English, string Chinese) Help => ("/close [N|NAME]", "close a coding session, the active one by default", "关闭编程会话，默认为当前会话");

    public override string ForMachine(string argument) => $"/close {argument}".TrimEnd();

    protected override string? Session(string argument) => argument;

    protected override string Missing(string argument, bool chinese) => "";
}

internal sealed class SwitchCommand : MachineCommand
{
    public override string Name => "switch";

    public override (string Usage, string English, string Chinese) Help => ("/switch N|NAME", "make that coding session the active one", "切换当前编程会话");

    public override string? ForMachine(string argument) => argument.Length > 0 ? "/switch " + argument : null;

    protected override string? Session(string argument) => argument;

    protected override string Missing(string argument, bool chinese) => chinese ? "切换到哪个会话？/status 列出全部。" : "To which session? /status lists them.";
}

internal sealed class DirectCommand : MachineCommand
{
    public override string Name => "direct";

    public override (string Usage, string English, string Chinese) Help => ("/direct", "send all that you write here to the coding session", "此后的消息都直接发给编程会话");

    public override string ForMachine(string argument) => $"/direct {argument}".TrimEnd();

    protected override string Missing(string argument, bool chinese) => "";
}

internal sealed class SmartCommand : MachineCommand
{
    public override string Name => "smart";

    public override (string Usage, string English, string Chinese) Help => ("/smart", "give the assistant back the word", "回到助手");

    public override string ForMachine(string argument) => "/smart";

    protected override string Missing(string argument, bool chinese) => "";
}
