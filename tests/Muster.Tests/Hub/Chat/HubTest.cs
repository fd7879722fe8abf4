using Muster.Hub;
using Muster.Hub.Fleet;
using Muster.Testing;
using Muster.Testing.Hub;
using Xunit;

namespace Muster.Tests.Hub.Chat;

/// <summary>A hub of one's own, whose machines count as gone soon after their link is.</summary>
public abstract class HubTest : IAsyncLifetime
{
    private readonly TemporaryFolder _home = new();

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected HubApplication App { get; private set; } = null!;

    protected string Home => _home.Path;

    /// <summary>Null is the one that the test run is for.</summary>
    protected virtual HubEngine? Engine => null;

    public async ValueTask InitializeAsync() => App = await HubApplication.StartAsync(_home.Path, Configure, Engine);

    public virtual async ValueTask DisposeAsync()
    {
        if (App is not null)
        {
            await App.DisposeAsync();
        }

        _home.Dispose();
        GC.SuppressFinalize(this);
    }

    protected virtual HubOptions Configure(HubOptions options) => options with
    {
        Fleet = new FleetOptions { DisconnectGrace = TimeSpan.FromMilliseconds(200), Tick = TimeSpan.FromMilliseconds(50) },
    };

    /// <summary>A second hub on the same home and port, as after a crash or an update.</summary>
    /// <param name="meanwhile">Done while there is none.</param>
    protected async Task RestartAsync(Action? meanwhile = null)
    {
        var (url, token) = (App.Hub.Urls[0], App.Hub.Local.Token);
        await App.DisposeAsync();
        meanwhile?.Invoke();
        App = await HubApplication.StartAsync(_home.Path, options => Configure(options) with { Urls = [url], ExistingLocalToken = token }, Engine);
    }
}
