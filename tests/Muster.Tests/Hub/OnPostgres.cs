using Muster.Testing.Hub;
using Muster.Testing.Postgres;
using Xunit;

namespace Muster.Tests.Hub;

internal static class OnPostgres
{
    /// <summary>Skips the test, with the reason, where no server can be started.</summary>
    public static HubEngine Engine
    {
        get
        {
            Assert.SkipWhen(PostgresCluster.Missing is not null, PostgresCluster.Missing ?? "");
            return HubEngine.Postgres;
        }
    }
}
