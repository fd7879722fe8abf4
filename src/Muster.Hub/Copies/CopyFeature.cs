using Microsoft.Extensions.DependencyInjection;
using Muster.Hub.Chat.Tools;
using Muster.Hub.Fleet;
using Muster.Protocol.Wire;

namespace Muster.Hub.Copies;

internal static class CopyFeature
{
    public static void AddCopies(this IServiceCollection services, CopyOptions options) => services
        .AddSingleton(options).AddSingleton<CopyBook>().AddSingleton<CopyDesk>().AddSingleton<CopySteps>().AddSingleton<CopyFiles>()
        .AddSingleton<CopyRunner>().AddSingleton<IRunCalls, CopyCalls>();

    /// <summary>Connects copies to the machines; before the first link opens.</summary>
    public static void StartCopies(this IServiceProvider services)
    {
        var book = services.GetRequiredService<CopyBook>();
        services.GetRequiredService<NodeDirectory>().Observe(Frame.BodyOneofCase.CopyReport, (node, frame) => book.Hear(node, frame.CopyReport));
    }
}
