using System.Text;
using Muster.Agents.Tools;

namespace Muster.Node.Tools;

/// <summary>
/// Shows watchers the newest output as it comes, stdout and stderr mixed: each update replaces the one before.
/// At most ten a second, so that a flood of output does not become a flood of events.
/// </summary>
internal sealed class ShellProgress(Action<ToolResult> update, TimeProvider time)
{
    private const int Shown = 4_000;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly StringBuilder _newest = new();
    private long? _last;

    public void Add(string text)
    {
        lock (_gate)
        {
            _newest.Append(text);
            if (_newest.Length > Shown)
            {
                _newest.Remove(0, _newest.Length - Shown);
            }

            if (_last is { } last && time.GetElapsedTime(last) < _pause)
            {
                return;
            }

            _last = time.GetTimestamp();
            update(ToolResult.FromText(_newest.ToString()));
        }
    }
}
