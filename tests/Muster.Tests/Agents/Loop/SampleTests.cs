using Muster.Agents.Loop;
using Muster.Samples;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Loop;

public sealed class SampleTests
{
    [Fact]
    public async Task Sample_OneToolCall_PrintsCallAndAnswer()
    {
        var model = new ScriptedModel().Calls("clock", """{"zone":"UTC"}""").Says("It is ", "noon.");
        using var output = new StringWriter();

        var outcome = await AgentSample.RunAsync(model.Stream, model.Name, "How late is it?", output);

        outcome.ShouldBe(RunOutcome.Completed);
        output.ToString().ShouldBe($$"""[clock {"zone":"UTC"}]{{Environment.NewLine}}It is noon.{{Environment.NewLine}}""");
        model.Requests[1].Messages[^1].Text.ShouldMatch("^[0-9]{2}:[0-9]{2}$");
    }
}
