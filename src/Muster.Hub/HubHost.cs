using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Claiming;
using Muster.Hub.Accounts.Keys;
using Muster.Hub.Api;
using Muster.Hub.Artifacts;
using Muster.Hub.Background;
using Muster.Hub.Chat;
using Muster.Hub.Chat.Assistant;
using Muster.Hub.Chat.Notes;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Copies;
using Muster.Hub.Fleet;
using Muster.Hub.Jobs;
using Muster.Hub.Ledger;
using Muster.Hub.Ledger.Prices;
using Muster.Hub.Ledger.Wallet;
using Muster.Hub.Operations;
using Muster.Hub.Planning;
using Muster.Hub.Schedules;
using Muster.Hub.Site;
using Muster.Hub.Spending;
using Muster.Hub.Together;
using Muster.Protocol.Transfers;
using Muster.Storage;

namespace Muster.Hub;

/// <summary>Composes and starts a hub.</summary>
public static class HubHost
{
    private const long LargestBody = 2 * 1024 * 1024;

    /// <exception cref="HubException">It cannot start; the message lists every mistake or names what is in the way.</exception>
    /// <exception cref="StorageException">The database cannot be opened.</exception>
    public static async Task<RunningHub> StartAsync(HubOptions options, CancellationToken cancel = default)
    {
        var mistakes = options.Mistakes().ToList();
        if (mistakes.Count > 0)
        {
            throw new HubException(string.Join(Environment.NewLine, mistakes));
        }

        HomeFolder.Create(options.Home);
        var database = await OpenAsync(options);
        WebApplication? app = null;
        try
        {
            var listener = HubListener.Prepare(options);
            app = Compose(options, database, listener);
            var local = await PrepareAsync(app.Services, options, cancel);
            await app.Services.StartChatAsync(cancel);
            app.Services.StartJobs();
            app.Services.StartCopies();
            await listener.StartAsync(app, cancel);
            await app.Services.GetRequiredService<HubRuns>().ResumeAsync(cancel);
            await app.Services.GetRequiredService<Stops>().RecoverAsync(cancel);
            await app.Services.GetRequiredService<ConversationLoops>().RecoverAsync(app.Services.GetRequiredService<NodeDirectory>(), cancel);
            app.Services.StartSchedules();
            return new RunningHub(app, database, listener.Complete(local, app.Services.GetRequiredService<HubAddress>()));
        }
        catch
        {
            if (app is not null)
            {
                await app.DisposeAsync();
            }

            await database.DisposeAsync();
            throw;
        }
    }

    internal static Task<Database> OpenAsync(HubOptions options) => HubDatabase.OpenAsync(options);

    private static WebApplication Compose(HubOptions options, Database database, HubListener listener)
    {
        // Without this the framework watches the home for its own settings file, and each write to the database wakes the watcher.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = options.Home, Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        listener.Configure(builder, LargestBody);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>(); // signals are for the command
        builder.Services.AddSingleton(options.Loggers);
        builder.Services.AddSingleton(options).AddSingleton(options.Time).AddSingleton(database).AddSingleton(listener.Address).AddSingleton(listener.Hosts);
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, HubJson.Default));
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(1, FleetJson.Default));
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(2, TransferJson.Default));
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        // Doorkeeper reads the policies of routes; there is no second middleware for them.
        builder.Services.Configure<RouteOptions>(routes => routes.SuppressCheckForUnhandledSecurityMetadata = true);
        builder.Services.AddSingleton<ApiLimits>().AddSingleton<Idempotency>();
        builder.Services.AddApiDocument();
        builder.Services.AddAccounts(options.Accounts);
        builder.Services.AddFleet(listener.FleetOptions(options));
        builder.Services.AddSingleton(provider => provider.GetRequiredService<People>().ForFleet());
        builder.Services.AddLedger(options.Ledger);
        builder.Services.AddChat(options.Assistant);
        builder.Services.AddSpending();
        builder.Services.AddJobs(options.Jobs);
        builder.Services.AddArtifacts(options.Artifacts);
        builder.Services.AddCopies(options.Copies);
        builder.Services.AddBackground();
        builder.Services.AddSchedules(options.Schedules);
        builder.Services.AddPlanning();
        builder.Services.AddTogether();

        var app = builder.Build();
        app.UseMiddleware<Problems>();
        app.UseRouting();
        app.UseMiddleware<Doorkeeper>();
        app.MapAccounts();
        app.MapFleet();
        app.MapChat();
        app.MapBudgets();
        app.MapJobs();
        app.MapArtifacts();
        app.MapCopies();
        app.MapSentFiles();
        app.MapSchedules();
        app.MapPlans();
        app.MapPersonal();
        app.MapNotes();
        app.MapWallet();
        app.MapHealth();
        app.MapBackups();
        app.MapApiDocument();
        app.MapSite(options.SiteFiles);
        return app;
    }

    private static async Task<LocalCredential> PrepareAsync(IServiceProvider services, HubOptions options, CancellationToken cancel)
    {
        await services.GetRequiredService<SigningKeys>().LoadAsync(cancel);
        return await services.GetRequiredService<Database>().WriteAsync(
            tx =>
            {
                var owner = UserStore.EnsureOwner(tx, options.OwnerName, options.Time);
                services.GetRequiredService<ClaimState>().Claimed = owner.PasswordHash is not null;
                services.GetRequiredService<People>().Load(tx);
                services.GetRequiredService<PriceBook>().Load(tx);
                return new LocalCredential("", ApiKeys.EnsureLocal(tx, owner.Id, options.ExistingLocalToken, options.Time), "", owner.Username);
            },
            cancel);
    }
}
