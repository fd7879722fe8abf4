using Muster.Client;
using Muster.Client.Events;
using Shouldly;
using Xunit;

namespace Muster.Tests.Client;

public sealed class DeltaMenderTests
{
    private readonly DeltaMender _mender = new();

    [Fact]
    public void Mend_SnapshotAfterAReconnect_BringsOnlyWhatWasMissed()
    {
        Text(Delta(0, "Hello")).ShouldBe("Hello");
        Text(new MessageSnapshot("run_1", "msg_1", [new SnapshotBlock(0, "text", "Hello, wor", null)])).ShouldBe(", wor");
        Text(Delta(8, "orld")).ShouldBe("ld");
    }

    [Fact]
    public void Mend_Gap_IsReportedAndNothingIsShown()
    {
        Text(Delta(0, "Hel")).ShouldBe("Hel");
        Text(Delta(5, "!")).ShouldBe("");
        _mender.LostText.ShouldBeTrue();
    }

    [Fact]
    public void Mend_EndOfAMessageThatWasNeverSeen_BringsItsText()
    {
        var message = new ThreadMessage("msg_1", "assistant", null, [new MessageContent("text", "All of it.", null, null, null)]);

        Text(Delta(0, "All")).ShouldBe("All");
        Text(new MessageEnd("run_1", message)).ShouldBe(" of it.");
    }

    private static MessageUpdate Delta(int offset, string text) => new("run_1", "msg_1", 0, "text", offset, text, null);

    private string Text(MusterEvent e) => string.Concat(_mender.Mend(e).OfType<MessageUpdate>().Select(update => update.Delta));
}
