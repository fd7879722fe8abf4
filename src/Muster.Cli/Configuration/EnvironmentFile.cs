namespace Muster.Cli.Configuration;

/// <summary>
/// A .env file: <c>NAME=value</c> lines, comments, optional <c>export</c> and quotes. Kept here, where DotNetEnv would do, because
/// messages name the line of a value.
/// </summary>
internal static class EnvironmentFile
{
    /// <summary>The file that a person named with --env-file.</summary>
    /// <exception cref="CliException">It is none.</exception>
    public static string? Named(string? file, string folder)
    {
        if (file is null)
        {
            return null;
        }

        var path = Path.GetFullPath(file, folder);
        if (Directory.Exists(path))
        {
            throw new CliException($"{path} is a folder (--env-file). Name the file in it.", ExitCode.Usage);
        }

        return File.Exists(path) ? path : throw new CliException($"There is no file {path} (--env-file).", ExitCode.Usage);
    }

    public static IEnumerable<(string Name, string Value, int Line)> Parse(string text)
    {
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Trim().TrimStart('\uFEFF');
            if (line.StartsWith("export ", StringComparison.Ordinal))
            {
                line = line[7..].TrimStart();
            }

            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && line[0] != '#')
            {
                yield return (line[..equals].TrimEnd(), Value(line[(equals + 1)..].Trim()), number);
            }
        }
    }

    private static string Value(string text)
    {
        if (text.Length >= 2 && text[0] is '"' or '\'' && text.IndexOf(text[0], 1) is var end and > 0)
        {
            return text[0] == '"' ? text[1..end].Replace("\\n", "\n", StringComparison.Ordinal) : text[1..end];
        }

        var comment = text.IndexOf(" #", StringComparison.Ordinal);
        return comment < 0 ? text : text[..comment].TrimEnd();
    }
}
