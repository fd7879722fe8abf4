using System.Text.Json;
using Muster.Node.Policy;
using Muster.Node.Sandbox;
using Muster.Node.Tools.House;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Tools.House;

public sealed class HomeAssistantToolTests : IAsyncLifetime
{
    private HomeAssistantDouble _house = null!;
    private ToolBench _bench = null!;

    public async ValueTask InitializeAsync()
    {
        _house = await HomeAssistantDouble.StartAsync();
        _bench = With(new HomeAssistantOptions(_house.Url, HomeAssistantDouble.Token));
    }

    [Fact]
    public async Task States_AreOneLineEach_AndADomainNarrowsThem()
    {
        (await _bench.TextAsync("home_assistant", new { action = "states" })).ShouldBe("light.kitchen: off (Küche)\nsensor.outside: 21.5 °C (Outside)");
        (await _bench.TextAsync("home_assistant", new { action = "states", domain = "sensor" })).ShouldBe("sensor.outside: 21.5 °C (Outside)");
        (await _bench.TextAsync("home_assistant", new { action = "states", domain = "lock" })).ShouldBe("Home Assistant has no entity of the domain lock.");
        (await _bench.TextAsync("home_assistant", new { action = "get", entity_id = "light.kitchen" })).ShouldContain("\"friendly_name\":\"Küche\"");
        (await _bench.TextAsync("home_assistant", new { action = "services", domain = "light" })).ShouldBe("light: turn_on, turn_off");
    }

    [Fact]
    public async Task Call_SwitchesTheEntity_AndTellsWhatChanged()
    {
        (await _bench.TextAsync("home_assistant", new { action = "call", domain = "light", service = "turn_on", entity_id = "light.kitchen", data = new { brightness = 120 } }))
            .ShouldBe("Done. Changed:\nlight.kitchen: on (Küche)");

        _house.Calls.ShouldBe(["""light.turn_on {"brightness":120,"entity_id":"light.kitchen"}"""]);
    }

    [Theory]
    [InlineData("""{"action":"get","entity_id":"light.nowhere"}""", "Home Assistant does not know this.")]
    [InlineData("""{"action":"get","entity_id":"light.a/../../config"}""", "is no entity_id")]
    [InlineData("""{"action":"call","domain":"light","service":"turn_on","entity_id":"light.a,lock.front"}""", "is no entity_id")]
    [InlineData("""{"action":"call","domain":"light","service":"turn_on","entity_id":"light.kitchen","data":{"entity_id":"lock.front"}}""", "data cannot name \"entity_id\"")]
    [InlineData("""{"action":"call","domain":"light","service":"turn_on","data":{"area_id":"all"}}""", "data cannot name \"area_id\"")]
    [InlineData("""{"action":"call","domain":"lock/unlock?","service":"x"}""", "is no domain")]
    public async Task Call_ThatCannotBe_SaysWhy(string arguments, string error)
    {
        using var document = JsonDocument.Parse(arguments);

        (await _bench.ErrorAsync("home_assistant", document.RootElement)).ShouldContain(error);
        _house.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Token_IsInNoError()
    {
        var refused = await _bench.ErrorAsync("home_assistant", new { action = "call", domain = "lock", service = "open" });
        refused.ShouldBe("Home Assistant refuses this (400): 400: Bad Request for …");
        using var wrong = With(new HomeAssistantOptions(_house.Url, "another-token"));
        (await wrong.ErrorAsync("home_assistant", new { action = "states" })).ShouldStartWith("Home Assistant does not take the token (tools.home_assistant.token).");
        using var nobody = With(new HomeAssistantOptions(new Uri("http://127.0.0.1:1"), HomeAssistantDouble.Token));
        (await nobody.ErrorAsync("home_assistant", new { action = "states" })).ShouldStartWith("Home Assistant at http://127.0.0.1:1 does not answer: ");
    }

    [Theory]
    [InlineData("""{"action":"states"}""", PolicyAction.Allow, PolicyAction.Allow)]
    [InlineData("""{"action":"get","entity_id":"lock.front"}""", PolicyAction.Allow, PolicyAction.Allow)]
    [InlineData("""{"action":"call","domain":"light","service":"turn_on","entity_id":"light.kitchen"}""", PolicyAction.Ask, PolicyAction.Allow)]
    [InlineData("""{"action":"call","domain":"lock","service":"unlock","entity_id":"lock.front"}""", PolicyAction.Ask, PolicyAction.Deny)]
    [InlineData("""{"action":"other"}""", PolicyAction.Ask, PolicyAction.Ask)]
    public void Policy_Reading_IsFreeAndACallAsksUnlessARuleSaysMore(string arguments, PolicyAction usual, PolicyAction ruled)
    {
        using var document = JsonDocument.Parse(arguments);
        var owner = new ToolPolicy("/work", [
            PolicyRule.Parse("home_assistant", "call light.turn_on light.*", "allow"), PolicyRule.Parse("home_assistant", "call lock.*", "deny")]);

        new ToolPolicy("/work", []).Decide("home_assistant", document.RootElement, ShellIsolation.Process).Action.ShouldBe(usual);
        owner.Decide("home_assistant", document.RootElement, ShellIsolation.Process).Action.ShouldBe(ruled);
        GuestTools.Allow("home_assistant", document.RootElement).ShouldBeFalse();
    }

    [Fact]
    public void Tool_NotConfigured_IsNotThere()
    {
        using var bench = new ToolBench();

        bench.Tools.ShouldNotContain(tool => tool.Name == "home_assistant" || tool.Name == "mqtt");
    }

    public async ValueTask DisposeAsync()
    {
        _bench.Dispose();
        await _house.DisposeAsync();
    }

    private static ToolBench With(HomeAssistantOptions options) => new(tools => tools with { HomeAssistant = options });
}
