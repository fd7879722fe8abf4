using System.Runtime.CompilerServices;
using System.Text.Json;
using Muster.Client.Events;
using Muster.Client.Http;

namespace Muster.Client.Jobs;

/// <summary>A job's events over as many connections as it takes: each goes on after the last number that was seen.</summary>
internal sealed class JobStream(Transport transport, string path, long after, MusterClientOptions options)
{
    private readonly Reopening _reopening = new(options);
    private long _after = after;

    /// <summary>Until the job is over.</summary>
    public async IAsyncEnumerable<JobEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            using var response = await _reopening.OpenAsync(() => transport.OpenAsync(path, _after, cancellationToken), cancellationToken);
            using var reader = new SseReader(await response.Content.ReadAsStreamAsync(cancellationToken), options.StreamSilence, options.Time);
            while (await reader.NextAsync(cancellationToken) is { } item)
            {
                _reopening.Heard();
                if (Decode(item) is not { } e)
                {
                    continue;
                }

                yield return e;
                if (e is JobChanged changed)
                {
                    _after = changed.Number;
                    if (changed.Job.IsOver)
                    {
                        yield break;
                    }
                }
            }

            await _reopening.PauseAsync(_reopening.Ended(transport.Hub), cancellationToken);
        }
    }

    /// <returns>Null for what is known already, and for what only a newer program understands.</returns>
    private JobEvent? Decode(SseItem item)
    {
        try
        {
            return item.Name switch
            {
                // A job that did not change comes again when it is watched anew; that it is over must not be missed.
                "job" when JsonSerializer.Deserialize(item.Data, ClientJson.Default.JobInfo) is { } job && (item.Number > _after || job.IsOver) => new JobChanged(job, item.Number ?? _after),
                "task" when JsonSerializer.Deserialize(item.Data, ClientJson.Default.TaskInfo) is { } task => new TaskChanged(task),
                _ => null,
            };
        }
        catch (JsonException exception)
        {
            throw new MusterException(0, "unexpected_answer", $"The hub sent an event {item.Name} that cannot be read: {exception.Message}", null, exception);
        }
    }
}
