using Muster.Node.Compute.Agents;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Compute.Agents;

public sealed class TestCountsTests
{
    [Theory]
    [InlineData("Passed!  - Failed:     0, Passed:    12, Skipped:     1, Total:    13, Duration: 1 s", 12, 0)]
    [InlineData("Failed!  - Failed:     2, Passed:    10, Skipped:     0, Total:    12, Duration: 1 s", 10, 2)]
    [InlineData("Test summary: total: 12, failed: 2, succeeded: 9, skipped: 1, duration: 4.1s", 9, 2)]
    [InlineData("Test run summary: Passed! - bin/a.dll (net10.0|x64)\n  total: 3\n  failed: 0\n  succeeded: 3\n  skipped: 0", 3, 0)]
    [InlineData("Ran 5 tests in 0.002s\n\nFAILED (failures=1, errors=1, skipped=1)", 3, 2)]
    [InlineData("Ran 1 test in 0.002s\n\nOK", 1, 0)]
    [InlineData(" Test Files  1 failed | 2 passed (3)\n      Tests  1 failed | 5 passed | 1 skipped (7)", 5, 1)]
    [InlineData("      Tests  6 passed (6)", 6, 0)]
    [InlineData("   Muster.Tests  Total: 35, Errors: 0, Failed: 2, Skipped: 0, Not Run: 0, Time: 39.795s", 33, 2)]
    [InlineData("collected 6 items\n\n========= 5 passed, 1 failed in 0.12s =========", 5, 1)]
    [InlineData("1 failed, 4 passed, 2 warnings, 1 error in 3.01s", 4, 2)]
    [InlineData("ok  \texample.org/a\t0.012s\nFAIL\texample.org/b\t0.030s\nok  \texample.org/c\t(cached)", 2, 1)]
    [InlineData("Tests:       1 failed, 2 skipped, 5 passed, 8 total\nTime: 1 s", 5, 1)]
    [InlineData("Tests:       5 passed, 5 total", 5, 0)]
    [InlineData("test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured", 3, 1)]
    public void In_WhatATestProgramPrints_IsCounted(string output, int passed, int failed) => TestCounts.In(output).ShouldBe(new TestCounts(passed, failed));

    [Theory]
    [InlineData("")]
    [InlineData("All 12 tests passed, I promise.")]
    [InlineData("ok then")]
    public void In_AnythingElse_IsNone(string output) => TestCounts.In(output).ShouldBeNull();
}
