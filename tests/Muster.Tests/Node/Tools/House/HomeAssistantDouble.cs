using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Muster.Testing.Models;

namespace Muster.Tests.Node.Tools.House;

/// <summary>A house of two entities behind the part of Home Assistant's REST interface that is used.</summary>
internal sealed class HomeAssistantDouble : IAsyncDisposable
{
    public const string Token = "ha-token-of-the-house";
    private readonly ConcurrentQueue<string> _calls = new();
    private LoopbackServer _server = null!;
    private string _light = "off";

    public Uri Url => new(_server.Url);

    /// <summary>Services that were called, each with its body.</summary>
    public IReadOnlyList<string> Calls => [.. _calls];

    public static async Task<HomeAssistantDouble> StartAsync()
    {
        var house = new HomeAssistantDouble();
        house._server = await LoopbackServer.StartAsync(house.HandleAsync);
        return house;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private JsonObject Light => new()
    {
        ["entity_id"] = "light.kitchen", ["state"] = _light, ["attributes"] = new JsonObject { ["friendly_name"] = "Küche" }, ["last_changed"] = "2026-01-01T00:00:00+00:00",
    };

    private static JsonObject Sensor => new()
    {
        ["entity_id"] = "sensor.outside", ["state"] = "21.5", ["attributes"] = new JsonObject { ["unit_of_measurement"] = "°C", ["friendly_name"] = "Outside" },
    };

    private async Task HandleAsync(HttpContext context, CancellationToken cancel)
    {
        if (context.Request.Headers.Authorization != "Bearer " + Token)
        {
            await AnswerAsync(context, 401, "401: Unauthorized", cancel);
            return;
        }

        switch (context.Request.Method, context.Request.Path.Value)
        {
            case ("GET", "/api/states"):
                await AnswerAsync(context, 200, new JsonArray(Sensor, Light).ToJsonString(), cancel);
                break;
            case ("GET", "/api/states/light.kitchen"):
                await AnswerAsync(context, 200, Light.ToJsonString(), cancel);
                break;
            case ("GET", "/api/services"):
                await AnswerAsync(context, 200, """[{"domain":"light","services":{"turn_on":{},"turn_off":{}}},{"domain":"lock","services":{"unlock":{}}}]""", cancel);
                break;
            case ("POST", "/api/services/light/turn_on"):
                using (var reader = new StreamReader(context.Request.Body))
                {
                    _calls.Enqueue("light.turn_on " + await reader.ReadToEndAsync(cancel));
                }

                _light = "on";
                await AnswerAsync(context, 200, new JsonArray(Light).ToJsonString(), cancel);
                break;
            case ("POST", _):
                await AnswerAsync(context, 400, $"400: Bad Request for {Token}", cancel);
                break;
            default:
                await AnswerAsync(context, 404, """{"message":"Entity not found."}""", cancel);
                break;
        }
    }

    private static async Task AnswerAsync(HttpContext context, int status, string body, CancellationToken cancel)
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(body, cancel);
    }
}
