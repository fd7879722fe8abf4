using FsCheck;
using FsCheck.Fluent;

namespace Muster.Tests.Hub.Ledger;

/// <summary>Runs a property on values by chance; says only what fails, with the smallest value and the seed.</summary>
internal static class Properties
{
    private static readonly Config _config = Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(1000);

    public static void Holds(Property property) => Check.One(_config, property);
}
