using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Muster.Tests.Hub.Jobs.Spec;

/// <summary>Right specs with everything in them, as JSON and as YAML.</summary>
internal static class RandomSpec
{
    private static readonly string[] _texts = ["plain", "with space", "a: b", "- x", "#no", "'q'", "\"d\"", "ünïcode 😀", "$$HOME", "${index}", "yes", "~null", "{x}", "[y]", "1e", "line\nbreak\n", "tab\tx", "&a", "*b", "!t", "%p", "@a", "|", ">", "0x", "\\back"];

    public static JsonObject Of(Random chance)
    {
        var count = chance.Next(1, 5);
        var tasks = new JsonArray([.. Enumerable.Range(0, count).Select(index => Task(chance, index))]);
        var job = new JsonObject { ["tasks"] = tasks };
        Maybe(chance, job, "name", () => "job " + chance.Next(100).ToString(CultureInfo.InvariantCulture));
        Maybe(chance, job, "priority", () => Pick(chance, "low", "normal", "high", "urgent"));
        Maybe(chance, job, "max_cpt", () => chance.Next(2) == 0 ? JsonValue.Create(chance.Next(1000) / 8m) : JsonValue.Create("12.000001"));
        Maybe(chance, job, "deadline", () => Pick(chance, "1h", "2d12h", "90"));
        Maybe(chance, job, "placement", () => Pick(chance, "spread", "pack"));
        return job;
    }

    public static string Yaml(JsonNode? node, int indent = 0)
    {
        var pad = new string(' ', indent);
        return node switch
        {
            JsonObject { Count: > 0 } map => "\n" + string.Concat(map.Select(member => $"{pad}{Scalar(member.Key)}:{Yaml(member.Value, indent + 2)}")),
            JsonArray { Count: > 0 } list => "\n" + string.Concat(list.Select(item => $"{pad}-{Yaml(item, indent + 2)}")),
            JsonObject => " {}\n",
            JsonArray => " []\n",
            null => " null\n",
            JsonValue value when value.TryGetValue<string>(out var text) => $" {Scalar(text)}\n",
            _ => $" {node.ToJsonString()}\n",
        };
    }

    private static JsonObject Task(Random chance, int index)
    {
        var task = new JsonObject { ["id"] = $"t{index}" };
        switch (chance.Next(4))
        {
            case 0:
                task["function"] = "f";
                task["payloads"] = new JsonArray([.. Enumerable.Range(0, chance.Next(1, 4)).Select(_ => Payload(chance, 3))]);
                break;
            case 1:
                task["image"] = "alpine:3";
                Maybe(chance, task, "command", () => Texts(chance));
                Maybe(chance, task, "hosts", () => chance.Next(1, 5));
                break;
            case 2:
                task["objective"] = Pick(chance, _texts);
                Maybe(chance, task, "skills", () => new JsonArray("web", "shell"));
                break;
            default:
                task["command"] = chance.Next(2) == 0 ? Texts(chance) : JsonValue.Create(Pick(chance, _texts));
                Maybe(chance, task, "array", () => chance.Next(2) == 0 ? JsonValue.Create(chance.Next(1, 9)) : JsonValue.Create("3..7"));
                Maybe(chance, task, "env", () => new JsonObject { ["A"] = Pick(chance, _texts), ["B_2"] = chance.Next(9), ["C"] = true });
                Maybe(chance, task, "needs", () => Needs(chance));
                break;
        }

        Maybe(chance, task, "timeout", () => chance.Next(2) == 0 ? JsonValue.Create("1h30m") : JsonValue.Create(90.5));
        Maybe(chance, task, "retries", () => chance.Next(5));
        Maybe(chance, task, "outputs", () => new JsonArray("*.png", "out/**"));
        Maybe(chance, task, "inputs", () => index == 0 ? new JsonArray("./a", "b/c d") : new JsonObject { ["x"] = "./x", ["from/"] = new JsonObject { ["from"] = $"t{chance.Next(index)}" } });
        return task;
    }

    private static JsonObject Needs(Random chance) => new()
    {
        ["cpu"] = chance.Next(1, 9) / 2.0, ["memory"] = Pick(chance, "1GiB", "512MB", "16777216"), ["labels"] = new JsonObject { ["os"] = "linux", ["n"] = 1 },
        ["network"] = chance.Next(2) == 0 ? JsonValue.Create("none") : new JsonArray("*.a.org", "b.org:80"), ["max_price"] = 1.25, ["location"] = Pick(chance, _texts.Where(text => !text.Any(char.IsControl)).ToArray()),
    };

    private static JsonNode? Payload(Random chance, int depth) => chance.Next(depth > 0 ? 7 : 5) switch
    {
        0 => chance.Next(-100, 100),
        1 => Pick(chance, _texts),
        2 => chance.Next(2) == 0,
        3 => null,
        4 => chance.Next(100) / 8.0,
        5 => new JsonArray([.. Enumerable.Range(0, chance.Next(3)).Select(_ => Payload(chance, depth - 1))]),
        _ => new JsonObject(Enumerable.Range(0, chance.Next(3)).Select(i => KeyValuePair.Create(Pick(chance, _texts) + i.ToString(CultureInfo.InvariantCulture), Payload(chance, depth - 1)))),
    };

    private static JsonArray Texts(Random chance) => new([JsonValue.Create("prog"), .. Enumerable.Range(0, chance.Next(4)).Select(_ => JsonValue.Create(Pick(chance, _texts)))]);

    private static void Maybe(Random chance, JsonObject map, string name, Func<JsonNode> value)
    {
        if (chance.Next(2) == 0)
        {
            map[name] = value();
        }
    }

    private static string Pick(Random chance, params string[] words) => words[chance.Next(words.Length)];

    /// <summary>Plain where that is safe, else in double quotes, whose escapes YAML and JSON share.</summary>
    private static string Scalar(string text)
    {
        if (text.Length > 0 && text.All(letter => char.IsAsciiLetterLower(letter) || letter is '.' or '/' or '_') && text is not ("true" or "false" or "null") && text[0] != '.')
        {
            return text;
        }

        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
        {
            quoted.Append(letter switch { '"' => "\\\"", '\\' => "\\\\", '\n' => "\\n", '\t' => "\\t", _ => letter.ToString() });
        }

        return quoted.Append('"').ToString();
    }
}
