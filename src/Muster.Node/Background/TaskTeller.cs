using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Muster.Node.Artifacts;
using Muster.Node.Artifacts.Work;
using Muster.Protocol.Wire;

namespace Muster.Node.Background;

/// <summary>
/// Brings the ends of background tasks to the hub, each once: as the results of attempts, signed like all others. Output that is too
/// long for a frame goes before as a file, for which the hub must have taken the task in.
/// </summary>
internal sealed partial class TaskTeller(BackgroundKit kit, ResultSink results, CancellationToken shutdown)
{
    private const int ShortOutput = 8 << 10;

    /// <summary>Of the result: as much as a notice can show, whatever its characters are.</summary>
    private const int HeadBytes = 8 << 10;

    private static readonly TimeSpan _again = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<AttemptRef?>> _places = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task> _telling = new(StringComparer.Ordinal);

    public int Count => _telling.Count;

    /// <summary>Done when nothing is told any more; never faults.</summary>
    public Task Ended => Task.WhenAll(_telling.Values);

    /// <summary>Tells of an end that is written down, until the hub has it or the node goes down.</summary>
    public void Tell(BackgroundRow row)
    {
        var place = PlaceOf(row.JobId);
        if (row.Ref is { } known)
        {
            place.TrySetResult(known);
        }

        _telling[row.JobId] = Task.CompletedTask; // there before it can end
        _telling.TryUpdate(row.JobId, Task.Run(() => TellAsync(row, place.Task)), Task.CompletedTask);
    }

    /// <param name="name">Null: the hub takes no notice of it.</param>
    public void Adopted(string job, AttemptRef? name) => PlaceOf(job).TrySetResult(name);

    /// <summary>The hub has a task that this node knows nothing of: its store was lost.</summary>
    public void Unknown(AttemptRef name, string job) =>
        results(new AttemptResult { Ref = name, JobId = job, Outcome = "lost", ExitCode = 1, Error = $"{kit.NodeName()} knows nothing of it any more." }, _ => { });

    private TaskCompletionSource<AttemptRef?> PlaceOf(string job) =>
        _places.GetOrAdd(job, _ => new TaskCompletionSource<AttemptRef?>(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task TellAsync(BackgroundRow row, Task<AttemptRef?> place)
    {
        try
        {
            if (await ResultAsync(row, place) is { } result)
            {
                var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                results(result, tx =>
                {
                    BackgroundStore.Told(tx, row.JobId);
                    tx.OnCommitted(() => told.TrySetResult());
                });
                await told.Task.WaitAsync(shutdown);
            }
            else
            {
                await kit.Database.WriteAsync(tx => BackgroundStore.Told(tx, row.JobId), shutdown);
            }
        }
        catch (OperationCanceledException) when (shutdown.IsCancellationRequested)
        {
            // the next start goes on from what is written down
        }
        catch (Exception failure)
        {
            LogNotTold(kit.Logger, row.Short, failure);
        }
        finally
        {
            _places.TryRemove(row.JobId, out _);
            _telling.TryRemove(row.JobId, out _);
        }
    }

    /// <returns>Null: the hub takes no notice of the task.</returns>
    private async Task<AttemptResult?> ResultAsync(BackgroundRow row, Task<AttemptRef?> place)
    {
        var file = kit.FileOf(row.JobId);
        var size = OutputFile.Size(file);
        var head = JsonSerializer.SerializeToUtf8Bytes(new OutputHead(OutputFile.Head(file, HeadBytes), size > HeadBytes), HeadJson.Default.OutputHead);
        var result = new AttemptResult
        {
            Ref = row.Ref ?? new AttemptRef { Attempt = 1 }, JobId = row.JobId, Outcome = row.Outcome, ExitCode = row.ExitCode, Error = row.Error, StartedAt = row.StartedAt / 1000.0,
            Usage = new ResourceUse { WallSeconds = row.Elapsed(kit.Time.GetUtcNow()).TotalSeconds }, Result = ByteString.CopyFrom(head), OutputsHash = ByteString.CopyFrom(SHA256.HashData(head)),
        };
        if (size <= ShortOutput)
        {
            var text = Encoding.UTF8.GetBytes(OutputFile.Head(file, ShortOutput));
            result.LogText = UnsafeByteOperations.UnsafeWrap(text);
            result.Log = new Output { Path = "log", Sha256 = ByteString.CopyFrom(SHA256.HashData(text)), Size = (ulong)text.Length };
            return place.IsCompletedSuccessfully && await place is null ? null : result;
        }

        if (await place.WaitAsync(shutdown) is not { } name)
        {
            return null;
        }

        result.Ref = name;
        (result.Log, var refusal) = await BringAsync(name, file);
        result.Error = refusal is null ? result.Error : $"{result.Error} The whole output did not reach the hub ({refusal}); it is on {kit.NodeName()} for a week, in {file}.".TrimStart();
        return result;
    }

    /// <summary>Waits for a hub that is away; what it refuses is said.</summary>
    private async Task<(Output? Log, string? Refusal)> BringAsync(AttemptRef name, string file)
    {
        while (true)
        {
            try
            {
                return (await kit.Logs.KeepAsync(name, "log", file, shutdown), null);
            }
            catch (TransferException away) when (away.Code is "unreachable")
            {
                LogWaits(kit.Logger, file, away.Message);
                await Task.Delay(_again, kit.Time, shutdown);
            }
            catch (Exception refused) when (refused is TransferException or OutputException)
            {
                return (null, refused.Message.TrimEnd('.'));
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "The end of background task #{Id} was not told; the next start of the node does it")]
    private static partial void LogNotTold(ILogger logger, string id, Exception error);

    [LoggerMessage(LogLevel.Information, "{File} waits to be brought to the hub: {Why}")]
    private static partial void LogWaits(ILogger logger, string file, string why);
}

/// <summary>The beginning of what a task printed, for whoever shows its end.</summary>
internal sealed record OutputHead(string Output, bool Cut);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(OutputHead))]
internal sealed partial class HeadJson : JsonSerializerContext;
