namespace Muster.Node.Policy.Shell;

/// <summary>What <c>find</c> and <c>ls</c> hand on to others: everything below some folders.</summary>
internal static class Listing
{
    private static readonly string[] _choosing =
        ["-name", "-iname", "-path", "-regex", "-mtime", "-atime", "-ctime", "-size", "-newer", "-mmin"];

    /// <summary>The folders, all of whose content is meant; none when only some of it is.</summary>
    public static IEnumerable<ShellWord> Folders(Invocation command) => command.Program switch
    {
        "find" when !command.Has(_choosing) => command.Arguments
            .SkipWhile(word => word.Text is "-H" or "-L" or "-P")
            .TakeWhile(word => word.Text is not (['-', ..] or "(" or "!")),
        "ls" => command.Operands,
        _ => [],
    };
}
