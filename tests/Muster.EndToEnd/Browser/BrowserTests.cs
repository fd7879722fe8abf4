using Microsoft.Playwright;
using Muster.Testing.Models;
using Muster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Browser;

public sealed class BrowserTests
{
    private const string Password = "correct horse";

    [Fact]
    public async Task Person_ClaimsLogsInAsksAndStops_SeesTheAnswerStreamAndTheReceipt()
    {
        var (more, never) = (new Gate(), new Gate());
        await using var browser = await Chromium.StartAsync();
        await using var household = await Household.WithModelAsync(ModelReply.Of(
            new ReplyStep.Text("The tide comes in"), new ReplyStep.Wait(more), new ReplyStep.Text(" and goes out again"), new ReplyStep.Wait(never)));
        var link = await OwnerLinkAsync(await household.UpAsync());
        var page = await browser.OpenAsync(new() { Locale = "en-GB", ViewportSize = new() { Width = 1280, Height = 800 } });

        await ClaimAsync(page, link);
        page.Url.ShouldNotContain("#");
        await page.Context.ClearCookiesAsync();
        await LogInAsync(page, link);
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Message" }).FillAsync("tell me about the tide");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();

        var thread = page.GetByRole(AriaRole.Log);
        var live = thread.Locator("article[aria-busy=true]");
        await Chromium.SeeAsync(live.Filter(new() { HasText = "The tide comes in" }));
        more.Open();
        await Chromium.SeeAsync(live.Filter(new() { HasText = "and goes out again" }));
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }).ClickAsync();
        await Chromium.SeeAsync(thread.GetByText("Stopped on"));
        await thread.Locator("article[aria-busy=false]").WaitForAsync();

        await page.ReloadAsync();
        await Chromium.SeeAsync(thread.GetByText("The tide comes in and goes out again"));
        await Chromium.SeeAsync(thread.GetByText("Stopped."));
        browser.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Phone_ChineseAndDark_FitsEveryPageInItsWidth()
    {
        await using var browser = await Chromium.StartAsync();
        await using var household = Household.WithoutModel();
        var link = await OwnerLinkAsync(await household.UpAsync());
        var page = await browser.OpenAsync(new()
        {
            Locale = "zh-CN", ColorScheme = ColorScheme.Dark, ViewportSize = new() { Width = 360, Height = 740 }, HasTouch = true, IsMobile = true,
        });

        await page.GotoAsync(link);
        await FitsAsync(page);
        await ClaimAsync(page, link);
        await FitsAsync(page);
        await SendAsync(page, "磁盘还有多少空间？");
        await Chromium.SeeAsync(page.GetByRole(AriaRole.Log).Locator("article[aria-busy=false]"));
        await FitsAsync(page);
        await SendAsync(page, "$ echo " + new string('x', 300));
        await Chromium.SeeAsync(page.GetByRole(AriaRole.Log).GetByText(new string('x', 300)).Last);
        await FitsAsync(page);
        await page.GotoAsync(new Uri(new Uri(link), "/nodes").AbsoluteUri);
        await Chromium.SeeAsync(page.Locator("li h2"));
        await FitsAsync(page);

        (await page.EvaluateAsync<string>("document.documentElement.lang")).ShouldStartWith("zh");
        (await page.EvaluateAsync<string>("getComputedStyle(document.documentElement).colorScheme")).ShouldBe("dark");
        browser.Complaints.ShouldBeEmpty();
    }

    private static async Task<string> OwnerLinkAsync(MusterProcess up) => (await up.SeeAsync(@"http://127\.0\.0\.1:\d+/claim#\S+")).Value;

    private static async Task ClaimAsync(IPage page, string link)
    {
        await page.GotoAsync(link);
        await page.Locator("input[name=username]").FillAsync("ann");
        await page.Locator("input[name=new-password]").FillAsync(Password);
        await page.Locator("input[name=new-password-again]").FillAsync(Password);
        await page.Locator("button[type=submit]").ClickAsync();
        await Chromium.SeeAsync(page.Locator("textarea"));
    }

    private static async Task LogInAsync(IPage page, string link)
    {
        await page.GotoAsync(new Uri(new Uri(link), "/login").AbsoluteUri);
        await page.Locator("input[name=username]").FillAsync("ann");
        await page.Locator("input[name=password]").FillAsync(Password);
        await page.Locator("button[type=submit]").ClickAsync();
        await Chromium.SeeAsync(page.Locator("textarea"));
    }

    private static async Task SendAsync(IPage page, string text)
    {
        await page.Locator("textarea").FillAsync(text);
        await page.Locator("form button[type=submit]").ClickAsync();
    }

    private static async Task FitsAsync(IPage page) =>
        (await page.EvaluateAsync<int>("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"))
            .ShouldBeLessThanOrEqualTo(360, $"the width of {page.Url}");
}
