using Microsoft.Extensions.Hosting;

namespace Muster.Hub.Operations;

/// <summary>The hub starts and stops when the command that holds it says so; the framework's own lifetime would take the process's signals.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
