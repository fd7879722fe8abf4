using Muster.Testing.Agents;
using Muster.Testing.Metaso;
using Muster.Testing.Models;
using Xunit;

namespace Muster.EndToEnd.Checklists;

/// <summary>One machine with all that the assistant can use: a model, Metaso, and Claude Code with a model of its own.</summary>
public sealed class AssistantHousehold : IAsyncLifetime
{
    public Household Household { get; private set; } = null!;

    public MetasoDouble Metaso { get; private set; } = null!;

    /// <summary>What Claude Code asks.</summary>
    public AnthropicDouble Coder { get; private set; } = null!;

    public string Work => Household.Work;

    public async ValueTask InitializeAsync()
    {
        Household = await Household.WithModelAsync();
        Metaso = await MetasoDouble.StartAsync(MetasoMode.Json);
        Coder = await AnthropicDouble.StartAsync();
        Household.Environment["METASO_API_KEY"] = MetasoDouble.Key;
        Household.Environment["ANTHROPIC_BASE_URL"] = Coder.BaseUrl;
        Household.Environment["ANTHROPIC_AUTH_TOKEN"] = AnthropicDouble.ApiKey;
        await Household.ConfigureAsync(
            $"""
            tools:
              web:
                metaso_url: {Metaso.Url}
            coding:
              agents:
                claude:
                  command: "{InstalledPackages.Claude ?? "claude"}"
            """);
        await Household.UpAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Household.DisposeAsync();
        await Metaso.DisposeAsync();
        await Coder.DisposeAsync();
    }
}
