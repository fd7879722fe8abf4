using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Muster.Hub.Artifacts.Files;
using Muster.Hub.Artifacts.Nodes;
using Muster.Hub.Artifacts.Uploads;

namespace Muster.Hub.Artifacts;

internal static class ArtifactFeature
{
    public static void AddArtifacts(this IServiceCollection services, ArtifactOptions options)
    {
        services.AddSingleton(options).AddSingleton<ArtifactFolder>()
            .AddSingleton(provider => new DiskBudget(options, provider.GetRequiredService<ArtifactFolder>().Root))
            .AddSingleton<ArtifactStore>().AddSingleton<UploadSessions>().AddSingleton<UploadShares>().AddSingleton<UploadIntake>().AddSingleton<UploadDesk>()
            .AddSingleton<PoolLeases>().AddSingleton<AttemptFiles>()
            .AddSingleton<ArtifactUpkeep>().AddHostedService(provider => provider.GetRequiredService<ArtifactUpkeep>());
        services.TryAddSingleton(provider => provider.GetRequiredService<PoolLeases>().Book);
    }
}
