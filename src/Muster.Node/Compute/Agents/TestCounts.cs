using System.Globalization;
using System.Text.RegularExpressions;

namespace Muster.Node.Compute.Agents;

/// <summary>How many tests a command ran, by what well-known test programs print at their end.</summary>
internal sealed partial record TestCounts(int Passed, int Failed)
{
    private const int LimitMilliseconds = 200;

    /// <summary>Null where no test program is known to have spoken.</summary>
    public static TestCounts? In(string output)
    {
        try
        {
            return Dotnet(output) ?? Xunit(output) ?? Jest(output) ?? Vitest(output) ?? Cargo(output) ?? Pytest(output) ?? Unittest(output) ?? Go(output);
        }
        catch (RegexMatchTimeoutException)
        {
            return null; // made to be slow; no test program's output is
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Passed} passed, {Failed} failed");

    private static TestCounts? Dotnet(string output) => Sum(DotnetLine().Matches(output)) ?? Sum(DotnetSummary().Matches(output));

    private static TestCounts? Xunit(string output) => XunitLine().Matches(output) is { Count: > 0 } lines
        ? new TestCounts(lines.Sum(line => Number(line, "total") - Number(line, "failed") - Number(line, "errors")), lines.Sum(line => Number(line, "failed") + Number(line, "errors")))
        : null;

    private static TestCounts? Jest(string output) => Sum(JestLine().Matches(output));

    private static TestCounts? Vitest(string output) => Sum(VitestLine().Matches(output));

    private static TestCounts? Cargo(string output) => Sum(CargoLine().Matches(output));

    private static TestCounts? Pytest(string output) => PytestLine().Matches(output) is { Count: > 0 } lines
        ? new TestCounts(
            lines.Sum(line => Number(PassedPart().Match(line.Value), "n")), lines.Sum(line => FailedPart().Matches(line.Value).Sum(part => Number(part, "n"))))
        : null;

    private static TestCounts? Unittest(string output)
    {
        var lines = UnittestLine().Matches(output);
        var failed = lines.Sum(line => BadPart().Matches(line.Groups["bad"].Value).Sum(part => Number(part, "n")));
        return lines.Count > 0 ? new TestCounts(lines.Sum(line => Number(line, "total")) - failed, failed) : null;
    }

    private static TestCounts? Go(string output) => GoLine().Matches(output) is { Count: > 0 } lines
        ? new TestCounts(lines.Count(line => line.Groups["word"].Value == "ok"), lines.Count(line => line.Groups["word"].Value != "ok"))
        : null;

    private static TestCounts? Sum(MatchCollection lines) =>
        lines.Count > 0 ? new TestCounts(lines.Sum(line => Number(line, "passed")), lines.Sum(line => Number(line, "failed"))) : null;

    private static int Number(Match match, string name) => int.TryParse(match.Groups[name].Value, CultureInfo.InvariantCulture, out var number) ? number : 0;

    [GeneratedRegex(@"(?:Passed|Failed)!\s+-\s+Failed:\s+(?<failed>\d+),\s+Passed:\s+(?<passed>\d+)", RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex DotnetLine();

    [GeneratedRegex(@"^Test (?:run )?summary:[^\n]*?\n?\s*total: \d+[,\s]+failed: (?<failed>\d+)[,\s]+succeeded: (?<passed>\d+)", RegexOptions.CultureInvariant | RegexOptions.Multiline, LimitMilliseconds)]
    private static partial Regex DotnetSummary();

    [GeneratedRegex(@"^\s*Tests  (?:(?<failed>\d+) failed)?(?: \| )?(?:(?<passed>\d+) passed)?(?: \| \d+ \w+)* \(\d+\)", RegexOptions.CultureInvariant | RegexOptions.Multiline, LimitMilliseconds)]
    private static partial Regex VitestLine();

    [GeneratedRegex(@"^Ran (?<total>\d+) tests? in [\d.]+s\s+(?:OK|FAILED \((?<bad>[^)\n]*)\))", RegexOptions.CultureInvariant | RegexOptions.Multiline, LimitMilliseconds)]
    private static partial Regex UnittestLine();

    [GeneratedRegex(@"(?:failures|errors)=(?<n>\d+)", RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex BadPart();

    [GeneratedRegex(@"Total:\s+(?<total>\d+),\s+Errors:\s+(?<errors>\d+),\s+Failed:\s+(?<failed>\d+)", RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex XunitLine();

    [GeneratedRegex(@"^Tests:\s+(?:(?<failed>\d+) failed, )?(?:\d+ (?:skipped|todo), )*(?:(?<passed>\d+) passed, )?\d+ total", RegexOptions.CultureInvariant | RegexOptions.Multiline, LimitMilliseconds)]
    private static partial Regex JestLine();

    [GeneratedRegex(@"^test result: \w+\. (?<passed>\d+) passed; (?<failed>\d+) failed", RegexOptions.CultureInvariant | RegexOptions.Multiline, LimitMilliseconds)]
    private static partial Regex CargoLine();

    [GeneratedRegex(@"^=* ?(?:\d+ \w+(?:, )?)+ in [\d.]+s\b.*$", RegexOptions.CultureInvariant | RegexOptions.Multiline, LimitMilliseconds)]
    private static partial Regex PytestLine();

    [GeneratedRegex(@"(?<n>\d+) passed", RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex PassedPart();

    [GeneratedRegex(@"(?<n>\d+) (?:failed|errors?)\b", RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex FailedPart();

    [GeneratedRegex(@"^(?<word>ok|FAIL)\s+\S+\s+(?:\(cached\)|[\d.]+s)", RegexOptions.CultureInvariant | RegexOptions.Multiline, LimitMilliseconds)]
    private static partial Regex GoLine();
}
