using Microsoft.Extensions.Logging;
using Muster.Cli.Configuration;
using Muster.Cli.State;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Display;

namespace Muster.Cli.Operations;

/// <summary>Logs of what serves: a file a day for seven days, readable by its owner alone; warnings also to the person.</summary>
internal sealed class LogFiles : IAsyncDisposable
{
    private const string Template = "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffZ} {Level:u3} {SourceContext} {Message:lj}{NewLine}{Exception}";

    private readonly Logger _logger;

    private LogFiles(Logger logger)
    {
        _logger = logger;
        Factory = new SerilogLoggerFactory(logger);
    }

    public ILoggerFactory Factory { get; }

    public static LogFiles Start(Home home, MusterConfiguration configuration, Surroundings surroundings)
    {
        home.Create();
        var level = configuration.Text("logs.level") switch
        {
            "trace" => LogEventLevel.Verbose,
            "debug" => LogEventLevel.Debug,
            "warning" => LogEventLevel.Warning,
            "error" => LogEventLevel.Error,
            _ => LogEventLevel.Information,
        };
        var logger = new LoggerConfiguration()
            .MinimumLevel.Is(level)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.Extensions.Hosting", LogEventLevel.Fatal) // a start that fails is told by whoever started it
            .WriteTo.File(
                new MessageTemplateTextFormatter(Template),
                Path.Combine(home.Logs, "muster-.log"),
                rollingInterval: RollingInterval.Day,
                retainedFileCountLimit: 7,
                fileSizeLimitBytes: 64 * 1024 * 1024,
                rollOnFileSizeLimit: true,
                hooks: new PrivateFiles())
            .WriteTo.Sink(new WarningsForPeople(surroundings.Error), LogEventLevel.Warning)
            .CreateLogger();
        return new LogFiles(logger);
    }

    public ValueTask DisposeAsync()
    {
        Factory.Dispose();
        return _logger.DisposeAsync();
    }

    private sealed class PrivateFiles : Serilog.Sinks.File.FileLifecycleHooks
    {
        public override Stream OnFileOpened(string path, Stream underlyingStream, System.Text.Encoding encoding)
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            return base.OnFileOpened(path, underlyingStream, encoding);
        }
    }

    private sealed class WarningsForPeople(TextWriter error) : ILogEventSink
    {
        private static readonly MessageTemplateTextFormatter _sentence = new("{Message:lj}{NewLine}");

        public void Emit(LogEvent logEvent)
        {
            error.Write($"{logEvent.Level.ToString().ToLowerInvariant()}: ");
            _sentence.Format(logEvent, error);
        }
    }
}
