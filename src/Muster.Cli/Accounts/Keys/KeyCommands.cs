using System.CommandLine;
using Muster.Cli.Conversations;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Accounts;
using Muster.Client.Wallet;
using Muster.Hub.Ledger;

namespace Muster.Cli.Accounts.Keys;

internal static class KeyCommands
{
    public static Command Create(CommandHost host) => new("key", "Keys for programs: what they may do, and what they may spend.")
    {
        new KeyCreateCommand(host),
        new KeyListCommand(host),
        new KeyShowCommand(host),
        new KeyRevokeCommand(host),
    };

    public static Argument<string> Key() => new Argument<string>("ID") { Description = "The key, or the 6 characters that muster key list shows" }.NotEmpty();

    /// <summary>What is spent of what may be.</summary>
    public static string Budget(KeyInfo key) => string.Join(", ", new[]
    {
        Part(key.Spent, key.Budget, ""), Part(key.SpentDay, key.BudgetDay, " a day"), Part(key.SpentMonth, key.BudgetMonth, " a month"),
    }.OfType<string>()) is { Length: > 0 } text ? text : "no bound";

    private static string? Part(decimal? spent, decimal? budget, string span) => budget is { } most ? $"{CreditsAsText.Text(spent ?? 0)} of {CreditsAsText.Text(most)}{span}" : null;
}

internal sealed class KeyCreateCommand : MusterCommand
{
    private readonly Argument<string> _name = new Argument<string>("NAME") { Description = "What it is for" }.NotEmpty();
    private readonly Option<string[]> _scopes = new("--scope") { Description = "What it may do: ask, run, spend, manage, approve (default: ask)", HelpName = "SCOPE", AllowMultipleArgumentsPerToken = true };
    private readonly Option<int?> _days = new("--days") { Description = "How long it works (default: until it is revoked)", HelpName = "N" };
    private readonly Option<decimal?> _budget = Amount("--budget", "Credits (CPT) that it may spend in all");
    private readonly Option<decimal?> _day = Amount("--budget-day", "The same for each day (UTC)");
    private readonly Option<decimal?> _month = Amount("--budget-month", "The same for each month (UTC)");

    public KeyCreateCommand(CommandHost host)
        : base(host, "create", """
            Make a key for a program and print it, once.

            Scopes: ask talks and reads what is yours, run submits jobs, spend pays for them and gives credits away, manage changes
            machines, users and keys, approve answers approvals. A key never allows more than what makes it, so approve needs a
            sign-in that has it: the hub's page.

            Examples:
              muster key create ci --scope ask run spend --budget 100 --budget-day 5
              muster key create dashboard --days 90
            """)
    {
        _scopes.AcceptOnlyFromAmong("ask", "run", "spend", "manage", "approve");
        foreach (var option in (Option[])[_scopes, _days, _budget, _day, _month])
        {
            Add(option);
        }

        Add(_name);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var scopes = context.Parse.GetValue(_scopes);
        var made = await hub.Client.Keys.CreateAsync(
            new KeyOptions(
                context.Parse.GetValue(_name)!, scopes is { Length: > 0 } ? scopes : null, context.Parse.GetValue(_days), context.Parse.GetValue(_budget),
                context.Parse.GetValue(_day), context.Parse.GetValue(_month)),
            cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, made);
        }
        else
        {
            context.Printer.Note($"Keep this; it is shown once. It may {string.Join(", ", made.Key.Scopes)}; budget: {KeyCommands.Budget(made.Key)}.");
            context.Printer.Verbatim(made.Secret);
        }

        return ExitCode.Ok;
    }

    private static Option<decimal?> Amount(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "CPT",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Credits.Read(text, out var amount) is { } mistake)
            {
                result.AddError($"{name} is \"{text}\": {mistake.Message} {mistake.Fix}");
            }

            return (decimal)amount.Micro / Credits.PerCpt;
        },
    };
}

internal sealed class KeyListCommand : MusterCommand
{
    private readonly Option<string?> _user = new Option<string?>("--user") { Description = "Keys of somebody else (for admins)", HelpName = "NAME" }.NotEmpty();

    public KeyListCommand(CommandHost host)
        : base(host, "list", "List your keys, newest first.\n\nExample:\n  muster key list") => Add(_user);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var keys = await hub.Client.Keys.ListAsync(context.Parse.GetValue(_user), cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, keys);
        }
        else
        {
            context.Printer.Table(["id", "name", "may", "budget", "used", "until"], keys.Select(key => Row(key, context.Time)));
        }

        return ExitCode.Ok;
    }

    private static IReadOnlyList<string> Row(KeyInfo key, TimeProvider time) =>
    [
        ConversationCommands.Short(key.Id), key.Name, string.Join(' ', key.Scopes), KeyCommands.Budget(key), When.Ago(key.LastUsed, time),
        key.ExpiresAt is { } end ? $"{end.ToLocalTime():yyyy-MM-dd HH:mm}" : "",
    ];
}

internal sealed class KeyShowCommand : MusterCommand
{
    private readonly Argument<string> _key = KeyCommands.Key();

    public KeyShowCommand(CommandHost host)
        : base(host, "show", "Show one key, without its secret.\n\nExample:\n  muster key show 9f3k2a") => Add(_key);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var key = await hub.Client.Keys.GetAsync(context.Parse.GetValue(_key)!, cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, key);
            return ExitCode.Ok;
        }

        context.Printer.Table(["", ""],
        [
            ["name", key.Name], ["id", key.Id], ["of", key.User], ["may", string.Join(' ', key.Scopes)], ["budget", KeyCommands.Budget(key)],
            ["since", $"{key.CreatedAt.ToLocalTime():yyyy-MM-dd HH:mm}"], ["last used", When.Ago(key.LastUsed, context.Time)],
            ["until", key.ExpiresAt is { } end ? $"{end.ToLocalTime():yyyy-MM-dd HH:mm}" : "revoked"],
        ]);
        return ExitCode.Ok;
    }
}

internal sealed class KeyRevokeCommand : MusterCommand
{
    private readonly Argument<string> _key = KeyCommands.Key();

    public KeyRevokeCommand(CommandHost host)
        : base(host, "revoke", "End a key, at once and for good.\n\nExample:\n  muster key revoke 9f3k2a") => Add(_key);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var key = await hub.Client.Keys.GetAsync(context.Parse.GetValue(_key)!, cancellationToken);
        await hub.Client.Keys.RevokeAsync(key.Id, cancellationToken);
        context.Printer.Note($"The key \"{key.Name}\" opens nothing any more.");
        return ExitCode.Ok;
    }
}
