using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Protocol.Receipts;

namespace Muster.Cli.Jobs.Receipts;

internal static class ReceiptCommand
{
    public static Command New(CommandHost host) => new("receipt", "Receipts of tasks: who ran what with which result at what cost, and the proof of it.")
    {
        new ReceiptGetCommand(host), new ReceiptVerifyCommand(host),
    };

    public static void Print(CommandContext context, Receipt receipt)
    {
        var print = context.Printer;
        print.Table(["", "receipt"], Rows(receipt).Where(row => row[1].Length > 0));
    }

    private static IEnumerable<IReadOnlyList<string>> Rows(Receipt receipt)
    {
        var account = JsonSerializer.Deserialize(receipt.Account, ReceiptAccountJson.Default.ReceiptAccount)!;
        using var statement = JsonDocument.Parse(receipt.Statement);
        string Said(string name) => statement.RootElement.GetProperty(name).ToString();
        return
        [
            ["task", $"{account.Task} ({account.JobName}, {account.Step}), attempt {Said("attempt")}"],
            ["for", account.User],
            ["ran on", $"{account.NodeName} of {account.NodeOwner}"],
            ["result", $"{Said("outcome")}, exit code {Said("exit_code")}"],
            ["outputs", string.Join(", ", account.Outputs.Select(output => output.Path))],
            ["used", $"{Said("cpu_seconds")} s of processor, {Said("wall_seconds")} s, {JobText.Size(statement.RootElement.GetProperty("peak_memory_bytes").GetInt64())} of memory"],
            ["cost", $"{account.Cost} CPT"],
            ["ended", account.EndedAt.ToString("u", CultureInfo.InvariantCulture)],
            ["hub's key", ReceiptCheck.Fingerprint(receipt.HubKey)],
        ];
    }
}

internal sealed class ReceiptGetCommand : MusterCommand
{
    private readonly Argument<string> _task = new Argument<string>("TASK") { Description = "Id of a task, or of a job of one task" }.NotEmpty();
    private readonly Option<string?> _file = new("--output", "-o") { Description = "Where to write it; by default it is printed", HelpName = "FILE" };

    public ReceiptGetCommand(CommandHost host)
        : base(host, "get", """
            Get the receipt of a task: a file that proves, also without the hub, who ran it with which result at what cost.

            Example:
              muster receipt get 9f3k2a -o receipt.json
            """)
    {
        Add(_task);
        Add(_file);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var found = await WorkFinder.FindAsync(hub.Client.Jobs, context.Parse.GetValue(_task)!, cancellationToken);
        var receipt = await hub.Client.Jobs.ReceiptAsync(found.Id, cancellationToken);
        var text = JsonSerializer.Serialize(receipt, ReceiptJson.Default.Receipt);
        if (context.Parse.GetValue(_file) is not { } file)
        {
            await context.Surroundings.Out.WriteLineAsync(text);
            return ExitCode.Ok;
        }

        await File.WriteAllTextAsync(Path.GetFullPath(file, context.Surroundings.Directory), text + Environment.NewLine, cancellationToken);
        context.Printer.Note($"{file} is written. Whoever has it can check it: muster receipt verify {file}");
        return ExitCode.Ok;
    }
}

internal sealed class ReceiptVerifyCommand : MusterCommand
{
    private const int Longest = 16 << 20;
    private readonly Argument<string> _file = new Argument<string>("FILE") { Description = "A receipt" }.NotEmpty();
    private readonly Option<string?> _key = new("--hub-key") { Description = "Fingerprint that the hub's key must have", HelpName = "KEY" };

    public ReceiptVerifyCommand(CommandHost host)
        : base(host, "verify", """
            Check a receipt, without any hub: that node and hub signed it and nothing in it was changed. Exit code 1 if it is not so.
            Anybody can make a hub: compare the fingerprint that is shown with the one that you know, or give it.

            Examples:
              muster receipt verify receipt.json
              muster receipt verify receipt.json --hub-key 3f0c…
              muster receipt verify receipt.json --json | jq .valid
            """)
    {
        Add(_file);
        Add(_key);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        Receipt receipt;
        try
        {
            receipt = await ReadAsync(Path.GetFullPath(context.Parse.GetValue(_file)!, context.Surroundings.Directory), cancellationToken);
        }
        catch (CliException none) when (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, new ReceiptLine(false, none.Message, null));
            return none.ExitCode;
        }

        var mistakes = ReceiptCheck.Mistakes(receipt).ToList();
        if (mistakes.Count == 0 && context.Parse.GetValue(_key) is { } wanted && !ReceiptCheck.Fingerprint(receipt.HubKey).Equals(wanted.Trim(), StringComparison.OrdinalIgnoreCase))
        {
            mistakes.Add($"Another hub signed it: its key is {ReceiptCheck.Fingerprint(receipt.HubKey)}.");
        }

        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, ReceiptLine.Of(receipt, mistakes));
            return mistakes.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
        }

        if (mistakes.Count > 0)
        {
            throw new CliException("This receipt proves nothing. " + string.Join(" ", mistakes));
        }

        ReceiptCommand.Print(context, receipt);
        context.Printer.Note("Node and hub signed this, and nothing in it was changed.");

        return ExitCode.Ok;
    }

    private static async Task<Receipt> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(file).Length > Longest)
            {
                throw new CliException($"{file} is too long to be a receipt.");
            }

            return JsonSerializer.Deserialize(await File.ReadAllBytesAsync(file, cancellationToken), ReceiptJson.Default.Receipt) ?? throw new CliException($"{file} is no receipt.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{file} cannot be read: {Unreadable.Because(error)}");
        }
        catch (JsonException)
        {
            throw new CliException($"{file} is no receipt, or something was added to it, taken away or cut off.");
        }
    }
}
