using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Anthropic.Models.Messages;
using Muster.Agents.Models;

namespace Muster.Agents.Providers.Anthropic;

/// <summary>The body of a Messages request.</summary>
internal static partial class AnthropicRequest
{
    private const int DefaultMaxTokens = 8192;

    public static MessageCreateParams Build(ModelRequest request, AnthropicOptions options)
    {
        var settings = request.Settings;
        var effort = settings.Thinking is "low" or "medium" or "high" ? settings.Thinking : null;
        var budget = effort is not null && ThinksByBudget.IsMatch(options.Model) ? Budget(effort) : 0;
        Dictionary<string, JsonNode?> body = new(StringComparer.Ordinal)
        {
            ["model"] = options.Model,
            ["max_tokens"] = (settings.MaxTokens ?? DefaultMaxTokens) + budget,
            ["messages"] = AnthropicMessages.Build(request.Messages, options.Name ?? options.Model),
        };
        if (request.System.Length > 0)
        {
            body["system"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = request.System, ["cache_control"] = AnthropicMessages.CacheHere() });
        }

        if (request.Tools.Count > 0)
        {
            body["tools"] = new JsonArray([.. request.Tools.Select(JsonNode? (tool) => new JsonObject
            {
                ["name"] = tool.Name,
                ["description"] = tool.Description,
                ["input_schema"] = JsonNode.Parse(tool.Parameters.GetRawText()),
            })]);
        }

        if (budget > 0)
        {
            body["thinking"] = new JsonObject { ["type"] = "enabled", ["budget_tokens"] = budget };
        }
        else if (effort is not null)
        {
            body["thinking"] = new JsonObject { ["type"] = "adaptive" };
            body["output_config"] = new JsonObject { ["effort"] = effort };
        }

        // No temperature: this version of the API has none.
        Dictionary<string, JsonElement> none = [];
        return MessageCreateParams.FromRawUnchecked(none, none, body.ToDictionary(
            entry => entry.Key, entry => JsonElement.Parse(entry.Value!.ToJsonString()), StringComparer.Ordinal));
    }

    private static int Budget(string effort) => effort switch
    {
        "low" => 2048,
        "medium" => 8192,
        _ => 16384,
    };

    // Models up to 4.5 are told how many tokens to think; later ones decide by themselves.
    [GeneratedRegex(@"^claude-(?:[23]|(?:opus|sonnet|haiku)-4(?:-[015])?(?:-\d{8})?$)", RegexOptions.None, 1000)]
    private static partial Regex ThinksByBudget { get; }
}
