using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Muster.Client.Http;

namespace Muster.Client.Jobs;

/// <summary>What came of one task.</summary>
/// <param name="Task">Its place among the tasks of the whole job, from 0 on.</param>
/// <param name="State">Its last one, as <see cref="TaskInfo.State"/>.</param>
/// <param name="Result">What the function or agent gave; the default where there is none.</param>
/// <param name="Reason">Why it did not succeed.</param>
public sealed record TaskResult<T>(int Task, string State, T? Result, string? Reason)
{
    [JsonIgnore]
    public bool Succeeded => ReferenceEquals(State, ResultPage.Succeeded) || State == ResultPage.Succeeded;

    /// <summary>The result of a task that succeeded.</summary>
    /// <exception cref="MusterException"><c>task_failed</c>: it did not.</exception>
    public T? Value => Succeeded ? Result : throw new MusterException(0, "task_failed", $"Task {Task} {Ended}: {Reason ?? "no reason is known."}");

    private string Ended => State switch { "failed" => "has failed", "cancelled" => "was cancelled", "expired" => "has expired", "skipped" => "was skipped", _ => $"is {State}" };
}

internal static class ResultPage
{
    public const string Succeeded = "succeeded";

    /// <summary>Results are read where they stand in the answer, into their own type: no tree of JSON in between.</summary>
    public static JsonTypeInfo<ResultPage<T>> Of<T>(JsonTypeInfo<T> result) =>
        JsonMetadataServices.CreateValueInfo<ResultPage<T>>(ClientJson.Default.Options, new ResultPageConverter<T>(result));

    /// <summary>From the beginning of an object, or from a value in it.</summary>
    public static bool NextProperty(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>Goes on to the value when this is its name.</summary>
    public static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) => reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(name) && reader.Read();

    public static void Pass(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }
}

/// <param name="Next">Where the next page begins; null at the end.</param>
internal sealed record ResultPage<T>(string State, IReadOnlyList<TaskResult<T>> Items, int? Next);

internal sealed class ResultPageConverter<T>(JsonTypeInfo<T> result) : JsonConverter<ResultPage<T>>
{
    public override ResultPage<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string? state = null;
        var items = new List<TaskResult<T>>();
        int? next = null;
        while (ResultPage.NextProperty(ref reader))
        {
            if (ResultPage.Is(ref reader, "state"u8))
            {
                state = reader.GetString();
            }
            else if (ResultPage.Is(ref reader, "next"u8))
            {
                next = reader.TokenType == JsonTokenType.Null ? null : reader.GetInt32();
            }
            else if (ResultPage.Is(ref reader, "items"u8))
            {
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Item(ref reader));
                }
            }
            else
            {
                ResultPage.Pass(ref reader);
            }
        }

        return new ResultPage<T>(state ?? throw new JsonException("A page of results has no state."), items, next);
    }

    public override void Write(Utf8JsonWriter writer, ResultPage<T> value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Results are only read.");

    private TaskResult<T> Item(ref Utf8JsonReader reader)
    {
        var task = 0;
        string? state = null, reason = null;
        T? value = default;
        while (ResultPage.NextProperty(ref reader))
        {
            if (ResultPage.Is(ref reader, "task"u8))
            {
                task = reader.GetInt32();
            }
            else if (ResultPage.Is(ref reader, "state"u8))
            {
                state = reader.ValueTextEquals("succeeded"u8) ? ResultPage.Succeeded : reader.GetString();
            }
            else if (ResultPage.Is(ref reader, "reason"u8))
            {
                reason = reader.GetString();
            }
            else if (ResultPage.Is(ref reader, "result"u8))
            {
                value = reader.TokenType == JsonTokenType.Null ? default : Value(ref reader, task);
            }
            else
            {
                ResultPage.Pass(ref reader);
            }
        }

        return new TaskResult<T>(task, state ?? throw new JsonException("A result has no state."), value, reason);
    }

    private T? Value(ref Utf8JsonReader reader, int task)
    {
        try
        {
            return JsonSerializer.Deserialize(ref reader, result);
        }
        catch (JsonException exception)
        {
            throw new MusterException(0, "unexpected_result", $"The result of task {task} is no {typeof(T).Name}: {exception.Message}", null, exception);
        }
    }
}
