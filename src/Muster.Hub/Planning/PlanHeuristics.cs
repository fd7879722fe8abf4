using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Muster.Agents.Offline;
using Muster.Hub.Routing.Rules;

namespace Muster.Hub.Planning;

/// <summary>A step before it has a place.</summary>
internal sealed record DraftStep(string Id, string Description, StepKind Kind, IReadOnlyList<string> Skills, IReadOnlyList<string> DependsOn);

/// <summary>What a request is made of, before its steps have places.</summary>
internal sealed record DraftPlan(string Complexity, string Reasoning, IReadOnlyList<DraftStep> Steps);

/// <summary>Analyses a request by its words alone, for when there is no model, or it is of no use. Quick, and the same each time.</summary>
internal static partial class PlanHeuristics
{
    public const int MostSteps = 20;
    private const int LimitMilliseconds = 200;
    private const int ManySteps = 4;
    private const int Long = 400;

    public static DraftPlan Analyse(string text)
    {
        var steps = Steps(text.Trim());
        var kinds = steps.Select(step => step.Kind).Distinct().Count();
        var many = Many().IsMatch(text);
        var complexity = steps.Count >= ManySteps || many || (steps.Count == ManySteps - 1 && kinds >= 2) ? "complex"
            : steps.Count > 1 || text.Length > Long ? "moderate"
            : "simple";
        var reasoning = complexity switch
        {
            "simple" => $"One step: {Words(steps[0].Kind)}.",
            _ => $"{steps.Count} {(steps.Count == 1 ? "step" : "steps")}: {string.Join(", ", steps.Select(step => Words(step.Kind)).Distinct())}{(many ? "; over several machines" : "")}.",
        };
        return new DraftPlan(complexity, reasoning, steps);
    }

    /// <summary>"plan: …": the request is to be split up and run.</summary>
    public static bool IsWish(string text) => Wish().IsMatch(text);

    public static string WithoutWish(string text) => Wish().Replace(text, "").Trim();

    public static StepKind KindOf(string text) =>
        Hardware().IsMatch(text) ? StepKind.Hardware
        : FleetStateRule.IsAsked(text) || Status().IsMatch(text) ? StepKind.Status
        : Network().IsMatch(text) ? StepKind.Network
        : Code().IsMatch(text) ? StepKind.Code
        : Files().IsMatch(Prose().Replace(text, "")) ? StepKind.Files
        : Compute().IsMatch(text) ? StepKind.Compute
        : StepKind.Simple;

    public static IReadOnlyList<string> SkillsOf(StepKind kind) => kind switch
    {
        StepKind.Hardware => ["gpio", "sensor", "shell"],
        StepKind.Network => ["web", "file_write", "shell"],
        StepKind.Files => ["file_read", "file_list", "file_search", "file_write", "file_edit", "shell"],
        StepKind.Code => ["file_read", "file_list", "file_search", "file_write", "file_edit", "shell"],
        StepKind.Compute => ["shell", "file_read", "file_write"],
        StepKind.Status => ["nodes", "system"],
        _ => [],
    };

    private static List<DraftStep> Steps(string text)
    {
        var steps = new List<DraftStep>();
        var (last, address) = (new List<string>(), "");
        // What is joined by "and" or stands in one list item goes side by side; "then" waits for all that was before.
        foreach (var stage in Then().Split(Listed(WithoutWish(text))).Select(part => part.Trim()).Where(part => part.Length > 0))
        {
            var before = last;
            last = [];
            // A command line is one step: what joins its parts is the shell's.
            foreach (var piece in (Command().IsMatch(Address().Replace(stage, "")) ? [stage] : Beside().Split(stage)).Select(Trimmed).Where(part => part.Length > 0))
            {
                // A command that follows one for a machine is for that machine, too.
                var own = Address().Match(piece);
                var part = !own.Success && address.Length > 0 && BeginsCommand().IsMatch(piece) ? $"{address} {piece}" : piece;
                address = own.Success ? own.Groups["address"].Value.TrimEnd() : address;
                if (steps.Count == MostSteps)
                {
                    return steps;
                }

                var kind = KindOf(part);
                var step = new DraftStep($"step{steps.Count + 1}", part, kind, SkillsOf(kind, part), [.. before]);
                steps.Add(step);
                last.Add(step.Id);
            }

            last = last.Count == 0 ? before : last;
        }

        return steps.Count > 0 ? steps : [new DraftStep("step1", text, KindOf(text), SkillsOf(KindOf(text), text), [])];
    }

    /// <summary>A numbered list, which may stand on one line ("1. do a 2. do b"), with each item after the first on a line of its own; any other text as it is.</summary>
    private static string Listed(string text)
    {
        var marks = new List<Match>();
        foreach (Match mark in Numbers().Matches(text))
        {
            if (mark.Groups["number"].Value == (marks.Count + 1).ToString(CultureInfo.InvariantCulture))
            {
                marks.Add(mark);
            }
        }

        if (marks.Count < 2)
        {
            return text;
        }

        var listed = new StringBuilder(text[..marks[0].Index]);
        for (var at = 0; at < marks.Count; at++)
        {
            var (begin, end) = (marks[at].Index + marks[at].Length, at + 1 < marks.Count ? marks[at + 1].Index : text.Length);
            listed.Append(at == 0 ? "" : "\n" + marks[at].Value).Append(text[begin..end].TrimEnd());
        }

        return listed.ToString();
    }

    /// <summary>With the tool by which a machine without a model would do it.</summary>
    private static IReadOnlyList<string> SkillsOf(StepKind kind, string text) =>
        SkillsOf(kind) is { Count: > 0 } skills && OfflineModel.CallFor(text) is { } call ? [.. skills.Union([call.Tool])] : SkillsOf(kind);

    private static string Trimmed(string part) => part.Trim().Trim(',', '，', ';', '；', '.', '。').Trim();

    private static string Words(StepKind kind) => kind switch
    {
        StepKind.Status => "the state of the system",
        StepKind.Files => "work with files",
        StepKind.Network => "something from the network",
        StepKind.Hardware => "hardware",
        StepKind.Compute => "heavy work",
        StepKind.Code => "code",
        _ => "a question or an explanation",
    };

    [GeneratedRegex(@"^(?:\$\s|(?:(?:run|execute)\s|运行|执行)[^;；]*[;&|])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Command();

    [GeneratedRegex(@"^(?:\$\s|(?:run|execute)\s|运行|执行)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex BeginsCommand();

    // The machine that a step begins with.
    [GeneratedRegex(@"^\s*(?<address>(?:on|in)\s+[\w.-]+\s*[:：]|@[\w.-]+\s*[:：]?|在\s*[\w.-]+\s*上)\s*[,，]?\s*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Address();

    [GeneratedRegex(@"^\s*(?:plan|计划|分步)\s*[:：]\s*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Wish();

    [GeneratedRegex(
        @"(?:[,;.，；。]\s*|\s+)(?:and\s+)?(?:then|after\s+that|afterwards|finally|lastly)\b[,，]?\s*|[,，;；。]?\s*(?:然后|接着|之后再?|最后|再然后)[,，]?\s*|\n\s*\d+[.)、]\s*",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Then();

    [GeneratedRegex(
        @"\n\s*(?:[-*•]\s*)|;\s+|；|，?(?:同时|并且|并)(?=\S)|,?\s+and\s+(?=(?:on|in)\s+[\w.-]+\s*[:：])|,?\s+and\s+(?=(?:also\s+)?(?:download|fetch|find|search|make|write|read|run|send|show|print|display|tell|get|look|start|stop|open|count|compare|convert|copy|move|delete|list|check|build|test|fix|render|train|compute|measure|put|create|summari[sz]e|translate|report|restart|install|upload|bring|merge|sort)\b)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Beside();

    [GeneratedRegex(
        @"\b(?:on\s+)?(?:all|every|each)\s+(?:of\s+)?(?:my\s+|the\s+)?(?:machines?|nodes?|computers?|servers?)\b|\bin\s+parallel\b|每台(?:机器|电脑|设备)|所有(?:机器|电脑|设备)|并行",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Many();

    [GeneratedRegex(@"\b(?:gpio\d*|relays?|sensors?|leds?|lamp|pump|humidity|temperature|camera|thermometer)\b|继电器|传感器|引脚|湿度|室温|水泵|摄像头", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Hardware();

    [GeneratedRegex(@"\b(?:system\s+status|uptime|disk\s+(?:space|usage)|memory\s+usage|cpu\s+(?:load|usage))\b|系统状态|运行状况", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Status();

    [GeneratedRegex(@"\b(?:download|fetch|web|website|internet|online|url|https?|api|weather|news|scrape|crawl|search\s+(?:for|the))\b|https?://|下载|抓取|网页|网站|网上|天气|新闻|搜索", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Network();

    [GeneratedRegex(@"\b(?:code|script|program|function|class|bug|unit\s+tests?|tests|refactor|compile|build|repository|repo|commit|git|charts?|plots?|graphs?|diagrams?)\b|图表|画成图|画图|代码|脚本|程序|函数|编译|重构|单元测试|提交", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Code();

    [GeneratedRegex(
        @"\b(?:files?|folders?|director(?:y|ies)|documents?|photos?|pictures?|logs?|csv|pdf|notes?\.|read|write|copy|move|delete|rename|invoices?)\b|(?<![\w.])[~/][\w./-]+|\b[\w-]+\.(?:txt|md|csv|json|ya?ml|log|pdf|png|jpe?g|zip)\b|文件|目录|文档|照片|日志|发票|复制|移动|删除|重命名",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Files();

    // Not at a number with a point in it; "、" may follow a word at once.
    [GeneratedRegex(@"(?<=^|[\s,;:，；。：])(?<number>\d{1,2})[.)](?=\s*\D)\s*|(?<!\d)(?<number>\d{1,2})、\s*", RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Numbers();

    // What is written or read out in the answer itself.
    [GeneratedRegex(
        @"\b(?:write|read)\s+(?:(?:me|us|him|her|them)\s+)?(?:(?:an?|the|some|another|one|two|three|\d+)\s+)?(?:[a-z-]+,?\s+){0,3}?(?:poems?|haikus?|limericks?|verses?|lyrics|songs?|stor(?:y|ies)|tales?|jokes?|essays?|speech(?:es)?|letters?|e-?mails?|messages?|greetings?|slogans?|summar(?:y|ies)|descriptions?|explanations?|paragraphs?|sentences?|(?:blog\s+)?posts?|articles?)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Prose();

    [GeneratedRegex(@"\b(?:render|train|transcode|convert|encode|simulate|simulation|benchmark|compute|calculate\s+(?:all|every)|batch|run|execute|install|restart)\b|渲染|训练|转码|转换|模拟|计算|运行|执行|安装|重启", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex Compute();
}
