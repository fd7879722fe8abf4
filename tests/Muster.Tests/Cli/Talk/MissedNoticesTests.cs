using System.Net.Http.Json;
using System.Text.Json;
using Muster.Cli;
using Muster.Testing;
using Muster.Tests.Hub.Chat;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Talk;

public sealed class MissedNoticesTests : HubTest
{
    private readonly Cockpit _cockpit = new();

    [Fact]
    public async Task Notices_WhereStandardErrorIsNoTerminal_StayNewUntilSomebodyIsThere()
    {
        await (await App.JoinAsync("nas", Cancel)).DisposeAsync();
        await Eventually.TrueAsync(async () => await CountAsync() > 0, Cancel);
        _cockpit.SignIn(App);

        (await _cockpit.RunAsync("nodes")).ShouldBe(ExitCode.Ok);
        _cockpit.Error.ToString().ShouldBeEmpty();
        (await CountAsync()).ShouldBe(1);

        (await _cockpit.RunAsync(_cockpit.Surroundings with { ErrorIsTerminal = true }, "nodes")).ShouldBe(ExitCode.Ok);
        _cockpit.Error.ToString().ShouldContain("Node \"nas\" disconnected.");
        (await CountAsync()).ShouldBe(0);
    }

    public override async ValueTask DisposeAsync()
    {
        _cockpit.Dispose();
        await base.DisposeAsync();
    }

    private async Task<int> CountAsync() => (await App.Client.GetFromJsonAsync<JsonElement>("/api/v1/inbox", Cancel)).GetProperty("items").GetArrayLength();
}
