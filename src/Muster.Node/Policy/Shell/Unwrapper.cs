namespace Muster.Node.Policy.Shell;

/// <summary>Takes off the programs that only start other programs, down to the one that does the work.</summary>
internal static class Unwrapper
{
    /// <param name="Valued">Letters of the options that take a value.</param>
    /// <param name="Positionals">Arguments of its own before the command.</param>
    private sealed record Wrapper(string Names, string Valued = "", int Positionals = 0, string ValuedLong = "");

    private static readonly Wrapper[] _wrappers =
    [
        new("sudo", "ughpCrtTUDR", ValuedLong: "--user --group --host --prompt --chdir --chroot --role --type"),
        new("doas", "uC"), new("nohup setsid command builtin busybox toybox unbuffer fakeroot pkexec"), new("exec", "a"),
        new("time", "fo"), new("stdbuf", "ioe"), new("nice", "n", ValuedLong: "--adjustment"), new("ionice", "cnp"),
        new("chrt taskset", "", 1), new("timeout", "sk", 1, "--signal --kill-after"), new("env", "uC", ValuedLong: "--unset --chdir"),
        new("xargs", "IInPLdaEs", ValuedLong: "--max-args --max-procs --arg-file --delimiter --replace"), new("parallel", "jNnaI"),
        new("chroot", "", 1), new("flock", "wE", 1), new("strace ltrace", "opesEuP"), new("unshare nsenter", "tSGR"),
        new("systemd-run", "upEM", ValuedLong: "--unit --property --setenv"), new("caffeinate", "tw"), new("watch", "nd"),
        new("start", "", 0), new("ssh", "bcDEeFIiJLlmOopQRSWw", 1),
    ];

    private static readonly Dictionary<string, Wrapper> _byName = _wrappers
        .SelectMany(wrapper => wrapper.Names.Split(' ').Select(name => (name, wrapper)))
        .ToDictionary(pair => pair.name, pair => pair.wrapper, StringComparer.Ordinal);

    /// <summary>The command and, where it starts another, that one too, until the last.</summary>
    public static IEnumerable<Invocation> Invocations(IReadOnlyList<ShellWord> words, string? cwd)
    {
        for (var depth = 0; words.Count > 0 && depth < 16; depth++)
        {
            var invocation = new Invocation(Invocation.ProgramOf(words[0]), [.. words.Skip(1)], cwd);
            yield return invocation;
            words = Inner(invocation);
        }
    }

    private static ShellWord[] Inner(Invocation outer)
    {
        if (outer.Program == "find")
        {
            return OfFind(outer);
        }

        if (!_byName.TryGetValue(outer.Program, out var wrapper))
        {
            return [];
        }

        var arguments = outer.Arguments;
        var at = 0;
        while (at < arguments.Count && arguments[at].Text is ['-' or '+', _, ..] option)
        {
            at++;
            if (option == "--")
            {
                break;
            }

            if (option is ['-', var letter] && wrapper.Valued.Contains(letter, StringComparison.Ordinal)
                || wrapper.ValuedLong.Split(' ').Contains(option, StringComparer.Ordinal))
            {
                at++;
            }
        }

        while (at < arguments.Count && arguments[at].Text.IndexOf('=', StringComparison.Ordinal) > 0 && wrapper.Positionals == 0)
        {
            at++;
        }

        return [.. arguments.Skip(at + wrapper.Positionals)];
    }

    // What find starts gets everything below its folders, as if it went down there by itself.
    private static ShellWord[] OfFind(Invocation find)
    {
        var started = find.Arguments.SkipWhile(word => word.Text is not ("-exec" or "-execdir" or "-ok" or "-okdir")).Skip(1).ToArray();
        var folders = Listing.Folders(find).ToList();
        return started is [] || folders.Count == 0 ? started
            :
            [
                started[0],
                .. Invocation.ProgramOf(started[0]) == "rm" ? [new ShellWord("-r", "-r")] : Array.Empty<ShellWord>(),
                .. started[1..].SelectMany(word => word.Text == "{}" ? folders : [word]),
            ];
    }

    /// <summary>Text that this command would run as a script.</summary>
    /// <param name="input">What is known to be fed to it.</param>
    public static IEnumerable<string> Scripts(Invocation command, string? input)
    {
        var texts = command.Texts.ToList();
        switch (command.Program)
        {
            case "sh" or "bash" or "zsh" or "dash" or "ksh" or "ash" or "fish":
                var flag = texts.FindIndex(text => text is ['-', not '-', ..] && text.Contains('c', StringComparison.Ordinal));
                return flag >= 0 ? texts.Skip(flag + 1).SkipWhile(text => text is ['-' or '+', ..]).Take(1)
                    : input is not null && !command.Operands.Any() ? [input] : [];
            case "su" or "runuser" or "script" or "flock":
                var option = texts.FindIndex(text => text is "-c" or "--command" or "--session-command");
                return texts.Skip(option + 1).Take(option < 0 ? 0 : 1)
                    .Concat(texts.Where(text => text.StartsWith("--command=", StringComparison.Ordinal)).Select(text => text[10..]));
            case "eval" or "watch" or "parallel":
                return [string.Join(' ', texts)];
            case "env":
                return texts.SkipWhile(text => text is not ("-S" or "--split-string")).Skip(1).Take(1);
            case "trap":
                return texts.Take(1);
            case "alias":
                return texts.Where(text => text.Contains('=', StringComparison.Ordinal)).Select(text => text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            case "ssh":
                return [string.Join(' ', Inner(command).Select(word => word.Text))];
            case "cmd":
                return [string.Join(' ', command.Arguments.SkipWhile(word => !word.Text.Equals("/c", StringComparison.OrdinalIgnoreCase)
                    && !word.Text.Equals("/k", StringComparison.OrdinalIgnoreCase)).Skip(1).Select(word => word.Raw))];
            case "powershell" or "pwsh":
                return [string.Join(' ', command.Arguments.SkipWhile(word => !word.Text.StartsWith("-c", StringComparison.OrdinalIgnoreCase))
                    .Skip(1).Select(word => word.Raw))];
            default:
                return [];
        }
    }
}
