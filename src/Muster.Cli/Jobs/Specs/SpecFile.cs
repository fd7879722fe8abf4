using System.Text.Json;
using Muster.Cli.Terminal;
using Muster.Client;
using Muster.Client.Jobs;

namespace Muster.Cli.Jobs.Specs;

/// <summary>A job that a person wrote down: what is in the file, and where its own files are looked for.</summary>
/// <param name="Name">As it was typed, for messages.</param>
internal sealed record SpecFile(string Name, JobSource Source, string Folder)
{
    private const long Most = 64L << 20;
    private const string StandardInput = "-";

    /// <summary>Path of a ZIP that is to be run as it is; there is no source then.</summary>
    public string? Package { get; private init; }

    /// <exception cref="CliException">It cannot be read; a usage error.</exception>
    public static async Task<SpecFile> ReadAsync(CommandContext context, string name, CancellationToken cancellationToken)
    {
        if (name == StandardInput)
        {
            return new SpecFile("standard input", JobSource.Yaml(await context.Surroundings.In.ReadToEndAsync(cancellationToken)), context.Surroundings.Directory);
        }

        var path = Path.GetFullPath(name, context.Surroundings.Directory);
        var folder = Path.GetDirectoryName(path)!;
        try
        {
            if (name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
            {
                return new SpecFile(name, default, folder) { Package = path };
            }

            if (new FileInfo(path).Length > Most)
            {
                throw new CliException($"{name} is larger than {Most >> 20} MiB, which no spec may be.", Cli.ExitCode.Usage);
            }

            return name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
                ? new SpecFile(name, JobSource.Json(await JsonAsync(path, cancellationToken)), folder)
                : new SpecFile(name, JobSource.Yaml(await File.ReadAllTextAsync(path, cancellationToken)), folder);
        }
        catch (JsonException mistake)
        {
            throw new CliException($"{name}:{(mistake.LineNumber ?? 0) + 1}: This is no JSON, from character {(mistake.BytePositionInLine ?? 0) + 1} of the line on.", Cli.ExitCode.Usage);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{name} cannot be read: {Unreadable.Because(error)}", Cli.ExitCode.Usage);
        }
    }

    public Task<JobInfo> SubmitAsync(JobClient jobs, PackageOptions package, SubmitOptions how, CancellationToken cancellationToken) =>
        AskAsync(() => Package is { } zip ? jobs.SubmitPackageAsync(zip, package, how, cancellationToken) : jobs.SubmitAsync(Source, how, cancellationToken));

    public Task<JobPreview> PreviewAsync(JobClient jobs, PackageOptions package, SubmitOptions how, CancellationToken cancellationToken) =>
        AskAsync(() => Package is { } zip ? jobs.PreviewPackageAsync(zip, package, how, cancellationToken) : jobs.PreviewAsync(Source, how, cancellationToken));

    /// <summary>Asks the hub, and tells its complaints about the spec with the file's name.</summary>
    public async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (MusterException refusal) when (refusal is { Status: 422, Errors.Count: > 0 } && refusal.Errors.Any(error => error.Field is not ("max_cpt" or "priority" or "Idempotency-Key")))
        {
            throw new CliException(string.Join('\n', refusal.Errors.Select(Line).Prepend($"{Name} has {JobText.Count(refusal.Errors.Count, "mistake")}:")), Cli.ExitCode.Usage);
        }
        catch (MusterException unreadable) when (unreadable.Code == "unreadable")
        {
            throw new CliException(unreadable.Message, Cli.ExitCode.Usage);
        }
    }

    private string Line(FieldProblem error) =>
        Ansi.Harmless($"{Name}{(error.Line is { } line ? $":{line}" : "")}: {(error.Field is { Length: > 0 } field ? field + ": " : "")}{error.Message} {error.Fix}".TrimEnd()).ReplaceLineEndings(" ");

    /// <summary>Some editors begin a file with a mark that JSON does not know.</summary>
    private static async Task<ReadOnlyMemory<byte>> JsonAsync(string path, CancellationToken cancellationToken)
    {
        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        return bytes is [0xEF, 0xBB, 0xBF, ..] ? bytes.AsMemory(3) : bytes;
    }
}
