using System.Globalization;
using System.Text.Json;
using Muster.Cli.Terminal;
using Muster.Client.Jobs;
using Muster.Protocol.Ids;

namespace Muster.Cli.Jobs.Results;

/// <summary>Which results are wanted.</summary>
/// <param name="Limit">Null: all, or a screenful on a terminal.</param>
/// <param name="Folder">Where outputs are saved; null: nowhere.</param>
internal sealed record ResultChoice(bool FailedOnly = false, int? Limit = null, string? Folder = null);

/// <summary>What came of a job's tasks: what functions and agents gave, which files programs left.</summary>
internal sealed class ResultView(CommandContext context, JobClient jobs, JobInfo job)
{
    private const int MostOnTerminal = 50;
    private const int MostColumns = 60;
    private readonly HashSet<string> _agents = [.. (job.Steps ?? []).Where(step => step.Runtime == "agent").Select(step => step.Id)];
    private readonly int _terminalRows = context.Surroundings.Interactive && !context.Json ? MostOnTerminal : int.MaxValue;

    /// <summary>Saves and prints; outputs are looked up only where a program may have left some.</summary>
    public async Task ShowAsync(ResultChoice choice, CancellationToken cancellationToken)
    {
        var lines = job.Steps?.Any(step => step.Runtime is "process" or "container" or "agent") ?? true ? TasksAsync(cancellationToken) : ResultsAsync(cancellationToken);
        lines = lines.Where(line => !choice.FailedOnly || line.State is not "succeeded");
        var rows = new List<ResultLine>();
        var (limit, more) = (choice.Limit ?? _terminalRows, false);
        await foreach (var line in lines.WithCancellation(cancellationToken))
        {
            if (choice.Folder is { } folder && line.Outputs is { } outputs)
            {
                await OutputFiles.SaveAsync(context, jobs, outputs, job.Tasks == 1 ? folder : Path.Combine(folder, line.Task.ToString(CultureInfo.InvariantCulture)), cancellationToken);
            }

            if (limit-- <= 0)
            {
                more = true;
                if (choice.Folder is null)
                {
                    break;
                }
            }
            else if (context.Surroundings.Interactive && !context.Json)
            {
                rows.Add(line);
            }
            else
            {
                Write(line);
            }
        }

        Show(rows, more);
    }

    private async IAsyncEnumerable<ResultLine> ResultsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var id = Id<Job>.Parse(job.Id);
        await foreach (var result in jobs.ResultsAsync(job.Id, JsonLines.Any, wait: false, cancellationToken: cancellationToken))
        {
            yield return new ResultLine(result.Task, TaskIds.Of(id, result.Task).ToString(), result.State, Given(result.Result), result.Reason);
        }
    }

    private async IAsyncEnumerable<ResultLine> TasksAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var results = ResultsAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        var result = await results.MoveNextAsync() ? results.Current : null;
        var place = -1;
        await foreach (var task in TaskPages.ReadAsync(jobs, job.Id, job.Tasks, cancellationToken))
        {
            place++;
            while (result is not null && result.Task < place)
            {
                result = await results.MoveNextAsync() ? results.Current : null;
            }

            if (task.IsOver)
            {
                var attempt = task.History?.LastOrDefault(attempt => attempt.Outcome is not null);
                JsonElement? given = result?.Task == place ? result.Result : null;
                yield return new ResultLine(place, task.Id, task.State, given, task.Reason, task.ExitCode, attempt?.Outputs ?? []) { Said = _agents.Contains(task.Step) ? Said(given) : null };
            }
        }
    }

    private static string? Said(JsonElement? result) =>
        result is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("output", out var output) && output.ValueKind == JsonValueKind.String ? output.GetString()!.Trim() : null;

    private static JsonElement? Given(JsonElement value) => value.ValueKind == JsonValueKind.Undefined ? null : value;

    private void Write(ResultLine line)
    {
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, line);
        }
        else
        {
            context.Printer.Verbatim(string.Join('\t', Cells(line, int.MaxValue)));
        }
    }

    private void Show(List<ResultLine> rows, bool more)
    {
        if (rows.Count > 0)
        {
            context.Printer.Table(["task", "", "state", "result"], rows.Select(row => Cells(row, MostColumns)));
        }

        foreach (var row in rows.Where(row => row.Said is { } said && (said.Contains('\n') || Columns.Of(said) > MostColumns)))
        {
            context.Printer.Line($"\n{row.Task.ToString(CultureInfo.InvariantCulture)} {JobText.Short(row.Id)}:");
            context.Printer.Line(Ansi.Harmless(row.Said!));
        }

        if (more)
        {
            context.Printer.Note($"There are more: --limit N, or in a pipe all of them: muster job results {JobText.Short(job.Id)} | less");
        }
    }

    private static IReadOnlyList<string> Cells(ResultLine line, int columns) =>
        [line.Task.ToString(CultureInfo.InvariantCulture), JobText.Short(line.Id), line.State, Columns.Cut(Ansi.Harmless(Text(line)).ReplaceLineEndings(" "), columns)];

    private static string Text(ResultLine line) => line switch
    {
        { Said: not null, State: not "succeeded", Reason: { } reason } => reason,
        { Said: { } said } => said,
        { Result: { } value } => value.GetRawText(),
        { State: not "succeeded" } => line.Reason ?? "",
        { Outputs: { Count: > 0 } outputs } => string.Join(", ", outputs.Select(output => $"{output.Path} ({JobText.Bytes(output.Size)})")),
        _ => line.ExitCode is { } code ? $"exit code {code}" : "",
    };
}
