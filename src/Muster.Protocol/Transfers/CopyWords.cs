using Muster.Protocol.Wire;

namespace Muster.Protocol.Transfers;

/// <summary>The words of <see cref="CopyOrder.Step"/> and <see cref="CopyReport.State"/>.</summary>
public static class CopyWords
{
    public const string Check = "check";
    public const string Read = "read";
    public const string Write = "write";
    public const string End = "end";

    public const string Working = "working";
    public const string Done = "done";
    public const string Failed = "failed";
}
