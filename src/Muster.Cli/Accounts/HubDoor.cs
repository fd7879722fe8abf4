using Muster.Cli.State;
using Muster.Cli.Terminal;
using Muster.Client;
using Muster.Client.Http;

namespace Muster.Cli.Accounts;

/// <summary>A hub elsewhere, before this home is signed in to it.</summary>
internal sealed record HubDoor(Uri Url, string? Fingerprint)
{
    /// <summary>Its address as a person wrote it, and the key it must show: compared by the person where it is not given.</summary>
    public static async Task<HubDoor> FindAsync(CommandContext context, string text, string? fingerprint, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new CliException($"{text} is no address of a hub. Example: muster login https://nas.local:5000", ExitCode.Usage);
        }

        return new HubDoor(url, fingerprint ?? await FingerprintAsync(context, url, cancellationToken));
    }

    /// <summary>A client that keeps the tokens of what it signs in to in this home.</summary>
    public MusterClient SigningIn(CommandContext context, string user)
    {
        context.Home.Create();
        var stored = new StoredCredential(Url.GetLeftPart(UriPartial.Authority), "", Fingerprint) with { User = user };
        return new MusterClient(Url, null, new MusterClientOptions
        {
            Fingerprint = Fingerprint, Time = context.Time, Patience = TimeSpan.FromSeconds(5), Tokens = new LoginFile(context.Home.Login, stored, context.Time),
        });
    }

    /// <summary>A client that is nobody.</summary>
    public MusterClient Anonymous(CommandContext context) =>
        new(Url, null, new MusterClientOptions { Fingerprint = Fingerprint, Time = context.Time, Patience = TimeSpan.Zero });

    public static string Prompt(CommandContext context, string question)
    {
        context.Surroundings.Error.Write(question);
        return context.Surroundings.In.ReadLine()?.Trim() ?? "";
    }

    /// <summary>Asked twice, so that nobody is kept out by a slip; in a pipe it is one line.</summary>
    public static string NewPassword(CommandContext context)
    {
        var password = Prompts.Password(context, "New password: ");
        return !context.AtTerminal || Prompts.Password(context, "The same again: ") == password
            ? password
            : throw new CliException("The two are not the same. Nothing was changed.");
    }

    /// <summary>A hub's own certificate is unknown to this machine: a person compares its fingerprint once, then it is pinned.</summary>
    private static async Task<string?> FingerprintAsync(CommandContext context, Uri url, CancellationToken cancellationToken)
    {
        string? seen;
        try
        {
            seen = await Pinning.ProbeAsync(url, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new CliException($"The hub at {url} cannot be reached: {exception.Message.TrimEnd('.')}.", ExitCode.NoHub);
        }

        if (seen is null)
        {
            return null;
        }

        if (!context.AtTerminal)
        {
            throw new CliException($"{url} shows a certificate of its own. If its key is {seen}, say so: --fingerprint {seen}", ExitCode.NotAllowed);
        }

        context.Printer.Line($"{url} shows a certificate of its own, with the key\n  {seen}");
        return Prompt(context, "Is this what the hub printed when it started? [y/N] ").ToLowerInvariant() is "y" or "yes"
            ? seen
            : throw new CliException("Not signed in.", ExitCode.NotAllowed);
    }
}
