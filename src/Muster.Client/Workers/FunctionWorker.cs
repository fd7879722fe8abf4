using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Muster.Client.Http;

namespace Muster.Client.Workers;

/// <summary>
/// Serves <c>function</c> tasks from this program, to its own user alone. Handlers may be called again for the same input when a
/// connection or a hub was lost in between, so they should be safe to repeat.
/// <code>
/// await using var worker = client.CreateWorker(new WorkerOptions { Name = "squares" });
/// worker.Handle("square", SampleJson.Default.Int32, SampleJson.Default.Int32, (number, cancel) => ValueTask.FromResult(number * number));
/// await worker.RunAsync(stop);
/// </code>
/// </summary>
public sealed class FunctionWorker : IAsyncDisposable
{
    private readonly Dictionary<string, FunctionHandler> _handlers = new(StringComparer.Ordinal);
    private readonly Transport _transport;
    private readonly MusterClientOptions _client;
    private readonly WorkerOptions _options;
    private WorkerLink? _link;

    internal FunctionWorker(Transport transport, MusterClientOptions client, WorkerOptions options)
    {
        options.Check();
        (_transport, _client, _options) = (transport, client, options);
    }

    /// <summary>Told when the connection opens, breaks, or cannot be made; with a sentence.</summary>
    public event Action<WorkerState>? StateChanged;

    /// <summary>Serves a function by its name. Before <see cref="RunAsync"/>. What the handler throws is the task's error.</summary>
    public FunctionWorker Handle<TInput, TResult>(
        string function, JsonTypeInfo<TInput> input, JsonTypeInfo<TResult> result, Func<TInput, CancellationToken, ValueTask<TResult>> handler) =>
        Handle(function, async (payload, cancel) =>
        {
            var value = payload.IsEmpty ? default : JsonSerializer.Deserialize(payload.Span, input);
            return JsonSerializer.SerializeToUtf8Bytes(await handler(value!, cancel), result);
        });

    /// <summary>The same with the JSON as it is: an empty payload where the task has none.</summary>
    public FunctionWorker Handle(string function, FunctionHandler handler)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(function);
        if (_link is not null)
        {
            throw new InvalidOperationException("The worker runs already: add its functions before.");
        }

        _handlers.Add(function, handler);
        return this;
    }

    /// <summary>Serves until cancelled; a lost hub is dialled again for as long as it takes.</summary>
    /// <exception cref="MusterException">The hub does not let this user serve functions.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (_handlers.Count == 0)
        {
            throw new InvalidOperationException("The worker serves no function: call Handle first.");
        }

        _link = new WorkerLink(_transport, _client, _options, _handlers, state => StateChanged?.Invoke(state));
        await _link.RunAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_link is not null)
        {
            await _link.DisposeAsync();
        }
    }
}

/// <summary>Turns the JSON of an input into the JSON of a result, at most 64 KiB.</summary>
public delegate ValueTask<ReadOnlyMemory<byte>> FunctionHandler(ReadOnlyMemory<byte> payload, CancellationToken cancel);

/// <param name="Connected">Tasks can come.</param>
public sealed record WorkerState(bool Connected, string Sentence);
