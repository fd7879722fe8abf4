using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Muster.Testing.Hub;

/// <summary>What a hub or a node has to say to the one who looks after it: warnings and worse.</summary>
public sealed class LogLines : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> _lines = [];

    public bool Have(string beginning) => _lines.Any(line => line.StartsWith(beginning, StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _lines.Enqueue(formatter(state, exception));
        }
    }

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("Its lines are all that it keeps.");

    public void Dispose()
    {
    }
}
