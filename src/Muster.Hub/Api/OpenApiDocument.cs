using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Muster.Hub.Api;

/// <summary>The machine-readable API; made when somebody asks for it. docs/openapi.json is a copy, and the site's types follow from that.</summary>
internal static class OpenApiDocument
{
    private const string ProblemSchema = "ApiProblem";

    // What the wire holds as words of a small set.
    private static readonly Dictionary<(string Schema, string Property), string[]> _words = new()
    {
        [("UserModel", "role")] = ["owner", "admin", "member", "guest"],
        [("UserModel", "language")] = ["en", "zh"],
        [("MePatch", "language")] = ["en", "zh"],
        [("HubInfo", "sign_up")] = ["closed", "invite", "open"],
        [("UserView", "role")] = ["owner", "admin", "member", "guest"],
        [("UserView", "state")] = ["active", "disabled"],
        [("UserPatch", "role")] = ["owner", "admin", "member", "guest"],
        [("UserPatch", "state")] = ["active", "disabled"],
        [("InviteModel", "role")] = ["owner", "admin", "member", "guest"],
        [("InviteModel", "state")] = ["open", "used", "expired"],
        [("InviteRequest", "role")] = ["owner", "admin", "member", "guest"],
        [("SessionModel", "kind")] = ["browser", "token", "approval"],
        [("AuditEntry", "outcome")] = ["done", "refused"],
        [("NodeView", "status")] = ["online", "busy", "offline"],
        [("NodeView", "gate")] = ["open", "cordoned", "draining"],
        [("NodeView", "dialect")] = ["muster", "phonework", "worker"],
        [("JobModel", "state")] = ["queued", "running", "paused", "succeeded", "failed", "cancelled", "expired"],
        [("JobModel", "priority")] = ["low", "normal", "high", "urgent"],
        [("TaskModel", "state")] =
            ["blocked", "ready", "leased", "running", "verifying", "paused", "succeeded", "failed", "cancelled", "expired", "skipped"],
        [("ApprovalModel", "state")] = ["waiting", "allowed", "denied", "expired", "withdrawn"],
        [("ApprovalDecision", "decision")] = ["allow", "deny"],
        [("CopyModel", "state")] = ["running", "succeeded", "failed", "cancelled"],
        [("CopyModel", "step")] = ["waiting", "checking", "reading", "writing"],
        [("WalletEntry", "kind")] = ["grant", "bonus", "transfer", "task", "model", "return", "reward", "fee"],
    };

    public static void AddApiDocument(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.AddSchemaTransformer((schema, _, _) =>
        {
            PlainNumber(schema);
            return Task.CompletedTask;
        });
        options.AddDocumentTransformer(async (document, context, cancel) =>
        {
            document.Info.Title = "Muster";
            document.Servers?.Clear();
            document.AddComponent(ProblemSchema, await context.GetOrCreateSchemaAsync(typeof(ApiProblem), cancellationToken: cancel));
            SayWords(document);
            // Its converter, which tells a number from text, hides what it reads.
            document.Components!.Schemas!["TransferRequest"].Properties!["amount"] = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[0-9]+([.][0-9]{1,6})?$" };
            foreach (var (path, item) in document.Paths.Where(route => route.Key.StartsWith("/api/", StringComparison.Ordinal)))
            {
                foreach (var (method, operation) in item.Operations ?? [])
                {
                    SayAnswers(document, path, operation);
                    NameApart(method, operation);
                }
            }
        });
    });

    public static void MapApiDocument(this IEndpointRouteBuilder routes) => routes.MapOpenApi("/openapi/{documentName}.json");

    /// <summary>Numbers are read from strings as well, but nobody needs to know.</summary>
    private static void PlainNumber(OpenApiSchema schema)
    {
        if (schema.Type is { } type && (type.HasFlag(JsonSchemaType.Integer) || type.HasFlag(JsonSchemaType.Number)))
        {
            schema.Type = type & ~JsonSchemaType.String;
            schema.Pattern = null;
        }
    }

    /// <summary>A route that serves GET and HEAD has one name, and the document needs two.</summary>
    private static void NameApart(HttpMethod method, OpenApiOperation operation)
    {
        if (method == HttpMethod.Head && operation.OperationId is { } name)
        {
            operation.OperationId = $"{name}Head";
        }
    }

    private static void SayWords(Microsoft.OpenApi.OpenApiDocument document)
    {
        foreach (var ((name, property), words) in _words)
        {
            if (document.Components!.Schemas![name].Properties![property] is OpenApiSchema schema)
            {
                schema.Enum = [.. words.Select(word => (JsonNode)word)];
                schema.Type = JsonSchemaType.String;
            }
        }
    }

    private static void SayAnswers(Microsoft.OpenApi.OpenApiDocument document, string path, OpenApiOperation operation)
    {
        operation.Responses ??= [];
        if (path.EndsWith("/events", StringComparison.Ordinal))
        {
            operation.Responses["200"] = new OpenApiResponse
            {
                Description = "Server-Sent Events, as docs/api.md lists them.",
                Content = new Dictionary<string, OpenApiMediaType> { ["text/event-stream"] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } } },
            };
        }

        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "What went wrong: a stable code, and a sentence for a person.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/problem+json"] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(ProblemSchema, document) },
            },
        };
    }
}
