using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Muster.Node.Doors;

namespace Muster.Cli.Pibot;

/// <summary>The five routes of PiBot's worker.</summary>
internal static class DoorRoutes
{
    public static void MapDoor(this IEndpointRouteBuilder app, PibotDesk desk)
    {
        app.MapPost("/task", context => SubmitAsync(context, desk));
        app.MapGet("/task/{id}/result", context => desk.Find(Id(context)) is { } task
            ? AnswerAsync(context, StatusCodes.Status200OK, task, DoorJson.Default.PibotTask)
            : RefuseAsync(context, StatusCodes.Status404NotFound, "Task not found"));
        app.MapPost("/task/{id}/cancel", async context =>
        {
            if (await desk.CancelAsync(Id(context)))
            {
                await AnswerAsync(context, StatusCodes.Status200OK, new Cancelled(true, true), DoorJson.Default.Cancelled);
                return;
            }

            await RefuseAsync(context, StatusCodes.Status404NotFound, "Task not running or not found");
        });
        app.MapGet("/health", context => AnswerAsync(context, StatusCodes.Status200OK, new WorkerHealth("healthy", desk.WorkerId, desk.Current), DoorJson.Default.WorkerHealth));
        app.MapGet("/status", context =>
        {
            var current = desk.Current;
            return AnswerAsync(context, StatusCodes.Status200OK, new WorkerStatus(desk.WorkerId, current is null ? "idle" : "busy", current, desk.Total), DoorJson.Default.WorkerStatus);
        });
    }

    public static Task RefuseAsync(HttpContext context, int status, string error) => AnswerAsync(context, status, new Refused(false, error), DoorJson.Default.Refused);

    // A busy worker says so before it looks at the body, as callers of PiBot rely on.
    private static async Task SubmitAsync(HttpContext context, PibotDesk desk)
    {
        if (desk.Current is not null)
        {
            await BusyAsync(context);
            return;
        }

        TaskBody? body;
        string? mistake;
        try
        {
            (body, mistake) = await TaskBody.ReadAsync(context.Request.Body, context.RequestAborted);
        }
        catch (BadHttpRequestException error)
        {
            var tooLarge = error.StatusCode == StatusCodes.Status413PayloadTooLarge;
            await RefuseAsync(context, error.StatusCode, tooLarge ? $"The body is larger than {TaskBody.Largest} bytes." : "The body did not arrive whole.");
            return;
        }

        if (body is null)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, mistake!);
        }
        else if (desk.TryStart(body.TaskId, body.Description, body.Skills))
        {
            await AnswerAsync(context, StatusCodes.Status202Accepted, new Accepted(true, body.TaskId, "accepted"), DoorJson.Default.Accepted);
        }
        else
        {
            await BusyAsync(context);
        }
    }

    private static Task BusyAsync(HttpContext context) =>
        AnswerAsync(context, StatusCodes.Status409Conflict, new Busy(false, "Worker busy", "busy"), DoorJson.Default.Busy);

    private static string Id(HttpContext context) => context.Request.RouteValues["id"] as string ?? "";

    private static async Task AnswerAsync<T>(HttpContext context, int status, T body, JsonTypeInfo<T> type)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body, type), context.RequestAborted);
    }
}
