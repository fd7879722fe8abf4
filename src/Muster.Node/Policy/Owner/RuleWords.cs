namespace Muster.Node.Policy.Owner;

/// <summary>What the words of a rule mean in calls: the programs and tool names that do what a verb says, and other names of things.</summary>
internal static class RuleWords
{
    /// <summary>In place of words: every call.</summary>
    public static IReadOnlySet<string> Any { get; } = new HashSet<string>();

    private static readonly string[] _delete =
    [
        "delete", "deletes", "del", "remove", "rm", "rmdir", "unlink", "erase", "trash", "purge", "drop", "expunge", "truncate", "wipe", "shred", "clear", "empty", "prune", "rd", "discard",
        "删除", "清空", "移除",
    ];

    private static readonly string[] _change =
    [
        .. _delete, "change", "edit", "write", "modify", "update", "overwrite", "replace", "set", "put", "patch", "mv", "move", "rename", "cp", "copy", "tee", "sed", "truncate", "chmod", "chown", "touch",
        "mkdir", "ln", "install", "rsync", "dd", "insert", "append", "create", "commit", ">", ">>",
    ];

    private static readonly string[] _send = ["send", "sendmail", "mail", "mutt", "post", "publish", "share", "forward", "reply", "upload", "scp", "message", "tweet", "发送"];
    private static readonly string[] _stop = ["stop", "kill", "pkill", "killall", "down", "halt", "disable", "shutdown", "poweroff", "terminate", "close"];
    private static readonly string[] _restart = ["restart", "reboot", "reload"];
    private static readonly string[] _install = ["install", "add", "upgrade", "apt", "dnf", "pip", "npm", "brew"];
    private static readonly string[] _buy = ["buy", "order", "purchase", "pay", "spend", "transfer", "checkout", "submit"];

    private static readonly Dictionary<string, IReadOnlySet<string>> _verbs = Book(
        (_delete, ["delete", "remove", "erase", "trash", "purge", "drop", "wipe", "clear", "empty", "discard", "删除", "删掉", "删", "清空", "清除", "移除"]),
        (_change, ["change", "edit", "modify", "alter", "write", "overwrite", "update", "replace", "move", "rename", "修改", "更改", "改动", "覆盖", "编辑", "移动", "写入", "改", "写"]),
        (_send, ["send", "post", "publish", "share", "forward", "reply", "upload", "mail", "email", "发送", "转发", "回复", "上传", "发布", "发"]),
        (["push"], ["push", "推送", "推"]),
        (["merge"], ["merge", "合并"]),
        (["commit"], ["commit", "提交"]),
        (["deploy"], ["deploy", "部署"]),
        (_install, ["install", "安装", "装"]),
        (["uninstall", "purge", "remove", "autoremove"], ["uninstall", "卸载"]),
        (_stop, ["stop", "kill", "close", "disable", "shut", "shutdown", "停止", "关闭", "停掉", "停"]),
        (_restart, ["restart", "reboot", "重启"]),
        (_buy, ["buy", "order", "purchase", "pay", "spend", "购买", "买", "支付", "花"]),
        ([], ["touch", "access", "use", "open", "read", "look", "show", "view", "run", "execute", "start", "call", "enter", "visit", "动", "碰", "访问", "使用", "用", "读取", "读", "查看", "看", "打开", "运行", "执行", "启动"]));

    private static readonly string[][] _things =
    [
        ["mail", "mails", "email", "emails", "e-mail", "e-mails", "imap", "maildir", "mbox", "inbox", "mailbox", "message", "messages", "邮件", "邮箱", "信件"],
        ["photo", "photos", "picture", "pictures", "image", "images", "照片", "图片", "相片"],
        ["calendar", "event", "events", "appointment", "appointments", "日历", "日程"],
        ["contact", "contacts", "联系人", "通讯录"],
        ["database", "databases", "db", "table", "tables", "数据库"],
        ["backup", "backups", "备份"],
        ["branch", "branches", "分支"],
        ["credit", "credits", "money", "积分", "钱"],
        ["secret", "secrets", "密钥"],
        ["password", "passwords", "密码"],
        ["docker", "podman", "container", "containers", "容器"],
    ];

    private static readonly HashSet<string> _nothing = new(StringComparer.Ordinal)
    {
        "a", "an", "the", "my", "our", "your", "any", "all", "anything", "everything", "something", "anyone", "anybody", "someone", "file", "files", "folder", "folders", "stuff", "thing", "things",
        "of", "in", "on", "from", "to", "with", "at", "for", "into", "out", "off", "down", "up", "me", "it", "them", "ever", "again", "branch", "directory",
    };

    private static readonly string[] _nothingChinese = ["任何", "所有", "我的", "我", "的", "文件夹", "文件", "东西", "一切", "里面", "里", "上"];

    /// <summary>What does what this verb says; <see cref="Any"/> where every call does; null for a verb that is not known.</summary>
    public static IReadOnlySet<string>? OfVerb(string verb) => Forms(verb).Select(form => _verbs.GetValueOrDefault(form)).FirstOrDefault(known => known is not null);

    /// <summary>Chinese verbs, the longest first, as they stand before what they are about.</summary>
    public static IReadOnlyList<string> ChineseVerbs { get; } = [.. _verbs.Keys.Where(verb => verb[0] >= '\u4e00').OrderByDescending(verb => verb.Length)];

    /// <summary>Names of a thing, all of which mean it.</summary>
    public static IReadOnlyList<string> OfThing(string word)
    {
        var forms = Forms(word).ToList();
        return _things.FirstOrDefault(names => forms.Any(names.Contains)) ?? [.. forms];
    }

    public static bool SaysNothing(string word) => _nothing.Contains(word);

    public static string WithoutFillers(string chinese) => _nothingChinese.Aggregate(chinese, (text, filler) => text.Replace(filler, "", StringComparison.Ordinal));

    /// <summary>As it is, and without the endings of plurals and of -ing.</summary>
    private static IEnumerable<string> Forms(string word)
    {
        yield return word;
        if (word.Length > 3 && word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal))
        {
            yield return word[..^1];
        }

        if (word.Length > 5 && word.EndsWith("ing", StringComparison.Ordinal))
        {
            yield return word[..^3];
            yield return word[..^3] + "e";
            yield return word[..^4]; // stopping, dropping
        }
    }

    private static Dictionary<string, IReadOnlySet<string>> Book(params (string[] Does, string[] Verbs)[] classes) => classes
        .SelectMany(entry => entry.Verbs.Select(verb => (verb, Does: entry.Does.Length == 0 ? Any : new HashSet<string>(entry.Does.Concat(entry.Verbs), StringComparer.Ordinal))))
        .ToDictionary(entry => entry.verb, entry => entry.Does, StringComparer.Ordinal);
}
