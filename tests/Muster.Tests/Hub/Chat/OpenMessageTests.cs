using Muster.Hub.Chat.Threads;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Chat;

public sealed class OpenMessageTests
{
    [Fact]
    public void Text_LongerThanIsKept_HasNoSnapshotAndTheNextMessageHas()
    {
        var open = new OpenMessage();
        var piece = new string('x', 1024 * 1024);
        for (var i = 0; i < 5; i++)
        {
            open.Apply(Delta("long", i * piece.Length, piece));
        }

        open.Snapshot().ShouldBeNull();
        open.Apply(Delta("next", 0, "short"));
        open.Snapshot()!.Json.ShouldContain("short");
    }

    [Fact]
    public void Text_WithAGap_HasNoSnapshot()
    {
        var open = new OpenMessage();
        open.Apply(Delta("m1", 0, "once "));
        open.Snapshot().ShouldNotBeNull();

        open.Apply(Delta("m1", 9, "a time"));

        open.Snapshot().ShouldBeNull();
    }

    private static ThreadEvent Delta(string message, int offset, string text) => new(
        0, "message_update", $$"""{"run_id":"run","message_id":"{{message}}","index":0,"kind":"text","offset":{{offset}},"delta":"{{text}}"}""", message);
}
