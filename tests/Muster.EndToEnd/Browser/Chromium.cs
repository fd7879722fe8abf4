using Microsoft.Playwright;
using Xunit;

namespace Muster.EndToEnd.Browser;

/// <summary>A real browser, and what it complained about.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const float Patience = 60_000;
    private static readonly string[] _places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly List<string> _complaints = [];

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    /// <summary>Scripts that broke, and what the content security policy refused.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>Skips the test where there is no browser or no built site.</summary>
    public static async Task<Chromium> StartAsync()
    {
        var program = _places.FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "There is no Chromium here (apt install chromium).");
        Assert.SkipWhen(Household.Site is null, "The site is not built (npm --prefix web ci; npm --prefix web run build).");
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = program,
            Timeout = Patience,
            Args = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        });
        return new Chromium(playwright, browser);
    }

    public async Task<IPage> OpenAsync(BrowserNewContextOptions options)
    {
        var context = await _browser.NewContextAsync(options);
        context.SetDefaultTimeout(Patience);
        var page = await context.NewPageAsync();
        page.PageError += (_, error) => _complaints.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
            {
                _complaints.Add(message.Text);
            }
        };
        return page;
    }

    /// <summary>Patient, because the machine that runs the tests may be busy.</summary>
    public static Task SeeAsync(ILocator what) => what.First.WaitForAsync(new() { State = WaitForSelectorState.Visible });

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
