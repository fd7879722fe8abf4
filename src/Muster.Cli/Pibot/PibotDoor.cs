using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Muster.Hub.Operations;
using Muster.Node.Doors;

namespace Muster.Cli.Pibot;

/// <param name="Home">Nothing is read from it: the framework wants a folder that stays quiet.</param>
internal sealed record DoorOptions(string Home, IReadOnlyList<string> Listen, IReadOnlyList<string> Keys, IReadOnlyList<string> Allow, ILoggerFactory Loggers);

/// <summary>Serves a node as PiBot's worker, by plain HTTP.</summary>
internal sealed class PibotDoor : IAsyncDisposable
{
    private static readonly TimeSpan _goodbye = TimeSpan.FromSeconds(2);
    private readonly WebApplication _app;
    private readonly PibotDesk _desk;

    private PibotDoor(WebApplication app, PibotDesk desk) => (_app, _desk) = (app, desk);

    /// <summary>With the ports that were really taken.</summary>
    public IReadOnlyList<string> Urls => [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];

    public string WorkerId => _desk.WorkerId;

    /// <param name="desk">Owned from here on, also when the start fails.</param>
    /// <exception cref="CliException">A port is taken or may not be used.</exception>
    public static async Task<PibotDoor> StartAsync(PibotDesk desk, DoorOptions options, CancellationToken cancel)
    {
        var app = Compose(desk, options);
        try
        {
            await app.StartAsync(cancel);
            return new PibotDoor(app, desk);
        }
        catch (Exception error)
        {
            await app.DisposeAsync();
            await desk.DisposeAsync();
            throw error is IOException or SocketException ? new CliException(Sentence(options.Listen, error)) : error;
        }
    }

    /// <summary>A sentence when this would let everybody in who reaches the machine; null when it is well.</summary>
    public static string? Mistake(IReadOnlyList<string> listen, IReadOnlyList<string> keys, IReadOnlyList<string> allow) =>
        keys.Count == 0 && allow.Count == 0 && listen.Select(DoorAddress.Parse).OfType<IPEndPoint>().FirstOrDefault(DoorAddress.IsOpen) is { } open
            ? $"PiBot's door on {open} would let in everyone who reaches this machine."
            : null;

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _desk.DisposeAsync();
    }

    private static WebApplication Compose(PibotDesk desk, DoorOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = options.Home, Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        builder.Services.AddSingleton(options.Loggers);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = _goodbye);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = TaskBody.Largest;
            kestrel.Limits.MaxConcurrentConnections = 256;
            foreach (var place in options.Listen.Select(DoorAddress.Parse).OfType<IPEndPoint>())
            {
                kestrel.Listen(place);
            }
        });
        var app = builder.Build();
        var guard = new DoorGuard(options.Keys, options.Allow);
        app.Use((context, next) => guard.Refuse(context) is { } refusal ? DoorRoutes.RefuseAsync(context, refusal.Status, refusal.Error) : next(context));
        app.MapDoor(desk);
        return app;
    }

    private static string Sentence(IReadOnlyList<string> listen, Exception error)
    {
        var places = listen.Select(DoorAddress.Parse).OfType<IPEndPoint>().ToList();
        var place = places.Find(place => error.Message.Contains($":{place.Port}", StringComparison.Ordinal)) ?? places[0];
        var taken = error is AddressInUseException || error.InnerException is AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse };
        return taken
            ? $"PiBot's door: {place} is in use{(PortHolder.Find(place.Port) is { } who ? " by " + who : "")}: stop that program, or give the door another port with --pibot ADDRESS:PORT."
            : $"PiBot's door cannot listen on {place} ({(error.InnerException ?? error).Message}): choose another address with --pibot ADDRESS:PORT.";
    }
}
