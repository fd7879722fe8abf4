using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Muster.Tests.Node.Assistant;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Skills;

public sealed class BrokenSkillTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Skill_ThatIsLeftOut_IsLoggedOnceAndTheMessageIsAnswered()
    {
        using var log = new SkillLog();
        using var loggers = LoggerFactory.Create(building => building.AddProvider(log));
        await using var bench = await NodeBench.StartAsync(Cancel, options => options with { Loggers = loggers });
        var skill = Directory.CreateDirectory(Path.Combine(bench.Home, "skills", "x")).FullName;
        await File.WriteAllTextAsync(Path.Combine(skill, "SKILL.md"), "no front matter", Cancel);
        bench.Model.Says("one").Says("two");

        (await bench.AskAsync("list my skills", Cancel)).ShouldBe("one");
        (await bench.AskAsync("and again", Cancel)).ShouldBe("two");

        log.Lines.ShouldBe([$"Skills: {skill}/SKILL.md: there is no front matter between two --- lines; the skill was left out."]);
    }

    /// <summary>What is logged about skills.</summary>
    private sealed class SkillLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception) is var line && line.StartsWith("Skills: ", StringComparison.Ordinal))
            {
                Lines.Enqueue(line);
            }
        }

        public void Dispose()
        {
        }
    }
}
