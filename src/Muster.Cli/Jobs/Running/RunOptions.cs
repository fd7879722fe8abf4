using System.CommandLine;
using Muster.Client.Jobs;
using Muster.Protocol.Jobs;

namespace Muster.Cli.Jobs.Running;

/// <summary>The options of <c>muster run</c>, and the job that they describe.</summary>
internal sealed class RunOptions
{
    private readonly Argument<string[]> _command = new("CMD") { Description = "The program and its arguments; -- before it is allowed", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _name = new Option<string?>("--name") { Description = "What lists show", HelpName = "NAME" }.NotEmpty();
    private readonly Option<double?> _cpu = JobArguments.Cores();
    private readonly Option<ByteSize?> _memory = JobArguments.Size("--memory", "Memory that it needs (default: 256MiB)");
    private readonly Option<ByteSize?> _disk = JobArguments.Size("--disk", "Disk that it needs in its work folder (default: 1GiB)");
    private readonly Option<int?> _gpu = JobArguments.Gpus();
    private readonly Option<TimeSpan?> _timeout = new Option<TimeSpan?>("--timeout") { Description = "Stop it after this time (default: 10m; exit code 124)", HelpName = "TIME" }.AsDuration();
    private readonly Option<string?> _image = new Option<string?>("--image") { Description = "Run it in a container of this image", HelpName = "IMAGE" }.NotEmpty();
    private readonly Option<string?> _isolation = new Option<string?>("--isolation") { Description = "The least that contains it: none, process or container (docs/sandboxes.md)", HelpName = "LEVEL" };
    private readonly Option<string[]> _network = JobArguments.Each("--network", "A host that it may reach, such as pypi.org or *.example.org; * for all public ones", "HOST");
    private readonly Option<string?> _node = new Option<string?>("--node") { Description = "Only on this machine", HelpName = "NAME" }.NotEmpty();
    private readonly Option<string[]> _label = JobArguments.Each("--label", "A label that the machine must have", "NAME=VALUE", "-l");
    private readonly Option<string[]> _env = JobArguments.Each("--env", "A variable for the program", "NAME=VALUE", "-e");
    private readonly Option<string[]> _input = JobArguments.Each("--input", "A file to take along, by its path; or under another: PATH=FILE", "FILE");
    private readonly Option<string[]> _output = JobArguments.Each("--output", "Files to bring back into this folder, such as out.png or 'frames/*.png'", "PATTERN", "-o");
    private readonly Option<decimal?> _maxCpt = JobArguments.MaxCpt();
    private readonly Option<SpecPriority?> _priority = JobArguments.Priority();

    public void AddTo(Command command)
    {
        command.Add(_command);
        _isolation.AcceptOnlyFromAmong("none", "process", "container");
        foreach (var option in new Option[] { _name, _cpu, _memory, _disk, _gpu, _timeout, _image, _isolation, _network, _node, _label, _env, _input, _output, _maxCpt, _priority })
        {
            command.Add(option);
        }
    }

    /// <exception cref="CliException">Something in it cannot be; a usage error.</exception>
    public JobSpec Spec(ParseResult parse)
    {
        var command = parse.GetValue(_command) ?? [];
        var image = parse.GetValue(_image);
        if (command.Length == 0 && image is null)
        {
            throw new CliException("There is nothing to run: muster run -- CMD", ExitCode.Usage);
        }

        if (command is [['-', ..], ..])
        {
            throw new CliException($"\"{command[0]}\" is no program: the name of one never begins with -. Options come before it: muster run --cpu 2 -- CMD", ExitCode.Usage);
        }

        var task = new TaskSpec
        {
            Id = "run",
            Command = command.Length == 0 ? null : [.. command.Select(Literal)],
            Image = image,
            Env = Pairs(parse.GetValue(_env)!, "--env") is { Count: > 0 } env ? env.ToDictionary(pair => pair.Key, pair => Literal(pair.Value)) : null,
            Inputs = Inputs(parse.GetValue(_input)!) is { Count: > 0 } inputs ? inputs : null,
            Outputs = parse.GetValue(_output) is { Length: > 0 } outputs ? [.. outputs.Select(Literal)] : null,
            Needs = Needs(parse),
            Timeout = parse.GetValue(_timeout),
        };
        return new JobSpec { Name = parse.GetValue(_name), Tasks = [task] };
    }

    public SubmitOptions How(ParseResult parse, string folder, IProgress<FileUpload> progress) =>
        new() { MaxCpt = parse.GetValue(_maxCpt), Priority = parse.GetValue(_priority), Folder = folder, Progress = progress };

    private NeedsSpec Needs(ParseResult parse) => new()
    {
        Cpu = parse.GetValue(_cpu),
        Memory = parse.GetValue(_memory),
        Disk = parse.GetValue(_disk),
        Gpu = parse.GetValue(_gpu),
        Node = parse.GetValue(_node),
        Isolation = parse.GetValue(_isolation) is { } level ? Enum.Parse<SpecIsolation>(level, ignoreCase: true) : null,
        Network = parse.GetValue(_network) is { Length: > 0 } hosts ? hosts : null,
        Labels = Pairs(parse.GetValue(_label)!, "--label") is { Count: > 0 } labels ? labels : null,
    };

    private static Dictionary<string, string> Pairs(string[] given, string option)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in given)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !pairs.TryAdd(text[..equals], text[(equals + 1)..]))
            {
                throw new CliException(equals <= 0 ? $"{option} is \"{text}\"; write NAME=VALUE." : $"{option} {text[..equals]} is given twice.", ExitCode.Usage);
            }
        }

        return pairs;
    }

    /// <summary>A file keeps its path where that is below this folder, and else its name.</summary>
    private static Dictionary<string, InputSpec> Inputs(string[] given)
    {
        var inputs = new Dictionary<string, InputSpec>(StringComparer.Ordinal);
        foreach (var text in given)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            var (place, file) = equals > 0 && !File.Exists(text) ? (text[..equals], text[(equals + 1)..]) : (Place(text), text);
            if (!inputs.TryAdd(Literal(place), InputSpec.File(Literal(file))))
            {
                throw new CliException($"Two inputs would lie at {place}: give one another place with --input PATH=FILE.", ExitCode.Usage);
            }
        }

        return inputs;
    }

    private static string Place(string file)
    {
        var path = file.Replace('\\', '/');
        path = path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
        return Path.IsPathRooted(file) || path.Split('/').Contains("..") ? path[(path.LastIndexOf('/') + 1)..] : path;
    }

    /// <summary>A dollar sign is the shell's matter, not the spec's.</summary>
    private static string Literal(string text) => text.Replace("$", "$$", StringComparison.Ordinal);
}
