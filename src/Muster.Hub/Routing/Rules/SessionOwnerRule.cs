using System.Text.RegularExpressions;

namespace Muster.Hub.Routing.Rules;

/// <summary>A coding session that the message names as a whole word ("fix the tests in todo_app") is where its machine is; "a blog post" names none.</summary>
internal sealed class SessionOwnerRule : IRoutingRule
{
    private const int ShortestName = 2;
    private static readonly TimeSpan _limit = TimeSpan.FromMilliseconds(200);

    public RouteDecision? Decide(RouteRequest request)
    {
        var named = request.Machines
            .Select(machine => (Machine: machine, Session: Named(request.Text, machine)))
            .Where(found => found.Session is not null)
            .ToList();
        var longest = named.Max(found => found.Session?.Length) ?? 0;
        var owners = named.Where(found => found.Session!.Length == longest).ToList();
        var online = owners.Where(found => found.Machine.Online).ToList();
        var texts = RouteTexts.For(request.Chinese);
        return (owners, online) switch
        {
            ({ Count: 0 }, _) => null,
            (_, [var (only, session)]) => new RouteDecision.Go(only, texts.HasSession(only.Name, session!)),
            ([var (away, _)], _) => new RouteDecision.Offline(away, texts.Offline(away.Name)),
            // Two copies of a project: the one at hand, or whoever decides next.
            _ => online.Find(found => found.Machine.Id == request.Active) is { Machine: { } active, Session: { } word }
                ? new RouteDecision.Go(active, texts.HasSession(active.Name, word))
                : null,
        };
    }

    private static string? Named(string text, Machine machine) =>
        machine.Sessions.Where(session => session.Length >= ShortestName && IsWord(text, session)).MaxBy(session => session.Length);

    private static bool IsWord(string text, string session) =>
        text.Contains(session, StringComparison.OrdinalIgnoreCase)
        && Regex.IsMatch(
            text,
            $@"(?<![A-Za-z0-9_.-]){(IsPlain(session) ? NotOneOfMany : "")}{Regex.Escape(session)}(?![A-Za-z0-9_-]|\.[A-Za-z0-9])",
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
            _limit);

    /// <summary>It may be a word of the language, too.</summary>
    private static bool IsPlain(string session) => session.All(char.IsAsciiLetter);

    // "a blog post", "another short blog", "一篇 blog 文章" speak of any, and not of the one that is open.
    private const string NotOneOfMany = @"(?<!\b(?:an?|another|some|any|every|each|no)\s+(?:(?!the\b|in\b|to\b|of\b|for\b|from\b|with\b|on\b)\w+\s+)?)(?<!一[个篇份种条段]\s*)";
}
