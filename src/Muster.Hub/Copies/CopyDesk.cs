using System.Globalization;
using System.Text.RegularExpressions;
using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Audit;
using Muster.Hub.Api;
using Muster.Hub.Artifacts;
using Muster.Hub.Fleet;
using Muster.Protocol.Ids;
using Muster.Protocol.Transfers;
using Muster.Storage;

namespace Muster.Hub.Copies;

/// <summary>
/// Takes copies in. Who may ask a machine's agent may have files copied from and to it, as that agent may read and write there; what
/// its owner allows, the machine itself decides.
/// </summary>
internal sealed partial class CopyDesk(NodeDirectory nodes, CopyBook book, AuditLog audit, CopyOptions options, TimeProvider time)
{
    private const int LongestPath = 4096;
    private const int LongestName = 255;

    /// <summary>Makes a copy that has yet to begin, in the caller's transaction.</summary>
    /// <exception cref="ApiException">It says what is wrong or in the way.</exception>
    public Copy Add(Transaction tx, Id<User> user, AuditActor actor, CopyRequest request, CopyRun? run = null)
    {
        var plan = Plan(user, request, run);
        CheckGiven(tx, plan);
        var copy = book.Add(plan);
        if (plan.From is null)
        {
            var now = time.GetUtcNow();
            ArtifactReferences.Add(tx, ArtifactHolder.Copy(copy.Id), [plan.Given], now.ToUnixTimeMilliseconds(), (now + options.Longest).ToUnixTimeMilliseconds());
        }

        audit.Add(tx, actor, "file.copy", $"{copy.Model.From} to {copy.Model.To ?? "its user"}", copy.Id);
        return copy;
    }

    private CopyPlan Plan(Id<User> user, CopyRequest request, CopyRun? run)
    {
        var source = request.From ?? throw ApiException.Invalid("from", "It does not say what to copy.", "Send {node, path}, or {sha256} of an artifact.");
        if (source.Sha256 is not null == (source.Path is not null || source.Node is not null))
        {
            throw ApiException.Invalid("from", "It names no file, or two.", "Send {node, path}, or {sha256} of an artifact.");
        }

        var from = source.Sha256 is null ? End(user, "from", source.Node, source.Path, run) : null;
        var to = request.To is { } place ? End(user, "to", place.Node, place.Path, run) : null;
        if (from is null && to is null)
        {
            throw ApiException.Invalid("to", "An artifact is where you can get it already.", "Name the machine that it goes to, or download it.");
        }

        return new CopyPlan(user, from, to)
        {
            Given = source.Sha256 is not { } sha256 ? default : ContentHash.TryParse(sha256, out var hash) ? hash : throw ApiException.NotFound("artifact"),
            Name = from is null ? GivenName(source) : NameOf(from),
            Mode = Mode(source.Mode),
            Overwrite = request.Overwrite ?? false,
            Run = run,
        };
    }

    private void CheckGiven(Transaction tx, CopyPlan plan)
    {
        if (plan.From is null && ArtifactRows.FindFor(tx, plan.User, admin: false, plan.Given, time.GetUtcNow().ToUnixTimeMilliseconds()) is null)
        {
            throw ApiException.NotFound("artifact");
        }
    }

    /// <param name="run">Its machine is meant where none is named.</param>
    private CopyEnd End(Id<User> user, string field, string? node, string? path, CopyRun? run)
    {
        if (string.IsNullOrEmpty(path) || path.Length > LongestPath || path.Contains('\0', StringComparison.Ordinal))
        {
            throw ApiException.Invalid($"{field}.path", $"A path has 1 to {LongestPath} characters.", "Send one that the machine's file tools take.");
        }

        var named = node ?? run?.Node ?? throw ApiException.Invalid($"{field}.node", "It does not say which machine.", "Send a name or an id.");
        var mine = nodes.For(user).Where(known => known.Dialect != NodeDialect.Worker).ToList();
        var machine = NodeRights.Match(mine, named) ?? throw Unknown(named, mine);
        return Trouble(machine) is { } why ? throw why : new CopyEnd(machine, path);
    }

    /// <summary>Why this machine cannot be an end of a copy now; null: it can.</summary>
    private static ApiException? Trouble(NodeSnapshot node) =>
        !node.Online ? new ApiException(409, "node_offline", $"{node.Name} is offline: switch it on, or wait until it is back.")
        : node.Dialect != NodeDialect.Muster ? new ApiException(409, "node_too_old", $"{node.Name} is not a machine that runs Muster itself, so no files can be copied from or to it.")
        : !node.TakesCopies ? new ApiException(409, "node_too_old", $"The Muster of {node.Name} ({node.Facts.Version}) is too old for copies: update it there (muster update).")
        : null;

    private static ApiException Unknown(string named, List<NodeSnapshot> mine) => new(
        404,
        "not_found",
        $"There is no machine {named} that you may copy from or to: "
        + (mine.Count == 0 ? "you may ask none yet (muster nodes)." : string.Join(", ", mine.Select(node => node.Name)) + (mine.Count == 1 ? " is there." : " are there.")));

    private static string NameOf(CopyEnd end)
    {
        var path = end.Node.Facts.Os.StartsWith("Windows", StringComparison.OrdinalIgnoreCase) ? end.Path.Replace('\\', '/') : end.Path;
        return path[(path.LastIndexOf('/') + 1)..] is var name and not ("" or "." or ".." or "~")
            ? name
            : throw ApiException.Invalid("from.path", $"{end} is a folder.", "Copy one file; pack a folder first (tar czf folder.tgz folder).");
    }

    private static string GivenName(CopySource source) => source.Name switch
    {
        null => source.Sha256!,
        { Length: 0 or > LongestName } or "." or ".." => throw NoName(),
        var name when name.Contains('/', StringComparison.Ordinal) || name.Contains('\0', StringComparison.Ordinal) => throw NoName(),
        var name => name,
    };

    private static ApiException NoName() => ApiException.Invalid("from.name", "This is no file's name.", $"Send 1 to {LongestName} characters without a slash.");

    private static uint Mode(string? mode) => mode switch
    {
        null => 0,
        _ when Octal().IsMatch(mode) => FilePlace.KnownMode | Convert.ToUInt32(mode, 8),
        _ => throw ApiException.Invalid("from.mode", $"\"{mode}\" are no permissions.", "Send three octal digits, such as 755."),
    };

    public static string? ModeText(uint mode) => mode == 0 ? null : Convert.ToString(mode & 0b111_111_111, 8).PadLeft(3, '0').ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^[0-7]{3}\z", RegexOptions.None, 1000)]
    private static partial Regex Octal();
}
