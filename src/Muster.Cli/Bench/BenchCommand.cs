using System.CommandLine;
using Muster.Cli.Terminal;

namespace Muster.Cli.Bench;

/// <summary><c>muster bench</c>: the figures of docs/benchmarks.md that need whole processes.</summary>
internal sealed class BenchCommand : MusterCommand
{
    private static readonly string[] _all = ["start", "turn", "commands", "token", "stop", "idle", "turns"];

    private readonly Argument<string[]> _what = new("WHAT") { Description = "start, turn, commands, token, stop, idle, turns (10,000 of them, for memory); all of them when left out", Arity = ArgumentArity.ZeroOrMore };

    public BenchCommand(CommandHost host)
        : base(host, "bench", "Measures this machine: a hub, a node and a client as separate processes, durable, with a model that answers at once")
    {
        Add(_what);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var asked = context.Parse.GetValue(_what) is { Length: > 0 } named ? named : _all;
        if (asked.Except(_all, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            throw new CliException($"There is no measurement \"{unknown}\". There are: {string.Join(", ", _all)}.", ExitCode.Usage);
        }

        await using var world = await BenchWorld.StartAsync(context.Time, cancellationToken);
        var print = context.Surroundings.Out;
        if (!context.Json)
        {
            print.WriteLine("| what | median | p95 | spread | n | target |");
            print.WriteLine("|---|---|---|---|---|---|");
        }

        foreach (var name in asked)
        {
            foreach (var samples in await MeasureAsync(name, world, context, cancellationToken))
            {
                if (context.Json)
                {
                    JsonLines.Write(print, samples.Line);
                }
                else
                {
                    print.WriteLine($"| {string.Join(" | ", samples.Cells)} |");
                }
            }
        }

        return ExitCode.Ok;
    }

    private async Task<IReadOnlyList<Samples>> MeasureAsync(string name, BenchWorld world, CommandContext context, CancellationToken cancel)
    {
        var talk = new TalkBenchmarks(world, context.Time);
        var start = new StartBenchmarks(world, context.Time);
        using var alone = new ModelAlone(world.Model, context.Time);
        return name switch
        {
            "start" => [await start.UpAsync(10, cancel), await start.AskAsync(10, cancel), await start.NothingAsync(10, cancel)],
            "turn" => [await talk.TurnAsync(500, cancel), await alone.TurnAsync(500, cancel)],
            "commands" => await talk.CommandsAsync(200, cancel),
            "turns" => await talk.MemoryAsync(10_000, cancel),
            "token" => [await talk.TokenAsync(5, cancel), await alone.TokenAsync(5, cancel)],
            "stop" => [await talk.StopAsync(20, cancel)],
            _ => await start.IdleAsync(cancel),
        };
    }
}
