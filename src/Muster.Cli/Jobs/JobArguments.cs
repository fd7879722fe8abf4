using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Muster.Hub.Ledger;
using Muster.Protocol.Jobs;

namespace Muster.Cli.Jobs;

/// <summary>Options and arguments that several commands about jobs have.</summary>
internal static class JobArguments
{
    private static readonly Dictionary<string, SpecPriority> _priorities =
        Enum.GetValues<SpecPriority>().ToDictionary(priority => priority.ToString().ToLowerInvariant(), StringComparer.OrdinalIgnoreCase);

    public static Argument<string> Id(CommandHost host, string description = "The job, or the 6 characters that lists show") =>
        new Argument<string>("ID") { Description = description, CompletionSources = { context => JobCompletion.Ids(host, context) } }.NotEmpty();

    public static Argument<string> JobOrTask(CommandHost host) => Id(host, "The job or one of its tasks: its id, or the 6 characters that lists show");

    public static Argument<string> Spec() => new Argument<string>("FILE") { Description = "The job as YAML or JSON, or a .zip with a script in it; - reads standard input" }.NotEmpty();

    public static Option<decimal?> MaxCpt() => Credit("--max-cpt", "The most that it may cost; it is paused when that is used up");

    public static Option<decimal?> Credit(string name, string description) => Parsed<decimal>(name, description, "CPT", text =>
        Credits.Read(text, out var amount) is { } mistake ? (null, $"{mistake.Message} {mistake.Fix}") : ((decimal)amount.Micro / Credits.PerCpt, null));

    public static Option<SpecPriority?> Priority()
    {
        var option = Parsed<SpecPriority>("--priority", "low, normal, high or urgent", "PRIORITY", text =>
            _priorities.TryGetValue(text, out var priority) ? (priority, null) : (null, "it must be low, normal, high or urgent."));
        option.CompletionSources.Add([.. _priorities.Keys]);
        return option;
    }

    public static Option<ByteSize?> Size(string name, string description) => Parsed<ByteSize>(name, description, "SIZE", text =>
        ByteSize.TryParse(text, out var size) ? (size, null) : (null, "write a number and a unit, such as 512MiB or 2GB."));

    public static Option<double?> Cores() => Parsed<double>("--cpu", "Cores that it needs (default: 1)", "N", text =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var cores) && cores > 0 ? (cores, null) : (null, "it must be a number above 0, such as 2 or 0.5."));

    public static Option<int?> Gpus() => Parsed<int>("--gpu", "GPUs that it needs (default: 0)", "N", text =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var gpus) ? (gpus, null) : (null, "it must be a whole number from 0 on."));

    /// <summary>An option that is given once for each of several things.</summary>
    public static Option<string[]> Each(string name, string description, string help, params string[] aliases) =>
        new Option<string[]>(name, aliases) { Description = description, HelpName = help, DefaultValueFactory = _ => [] }.NotEmpty();

    private static Option<T?> Parsed<T>(string name, string description, string help, Func<string, (T? Value, string? Mistake)> parse)
        where T : struct => new(name)
        {
            Description = description,
            HelpName = help,
            CustomParser = result =>
            {
                var (value, mistake) = parse(result.Tokens[0].Value);
                if (mistake is not null)
                {
                    result.AddError($"{name} is \"{result.Tokens[0].Value}\": {mistake}");
                }

                return value;
            },
        };
}
