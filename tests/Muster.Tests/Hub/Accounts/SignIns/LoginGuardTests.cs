using Muster.Hub.Accounts.SignIns;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Accounts.SignIns;

public sealed class LoginGuardTests
{
    private readonly FakeTime _time = new();

    [Fact]
    public void Guesses_FromOneAddress_DoNotKeepTheOwnerOutElsewhere()
    {
        var guard = new LoginGuard(_time);
        for (var i = 0; i < 20; i++)
        {
            guard.Failed("ada", "203.0.113.9");
        }

        guard.MustWait("ada", "203.0.113.9").ShouldNotBeNull();
        guard.MustWait("bob", "203.0.113.9").ShouldNotBeNull();
        guard.MustWait("ADA", "198.51.100.1").ShouldBeNull();
    }

    [Fact]
    public void Guesses_FromManyAddresses_AreSlowedDownByName()
    {
        var guard = new LoginGuard(_time);
        for (var i = 0; i < 101; i++)
        {
            guard.Failed("ada", $"203.0.113.{i}");
        }

        guard.MustWait("Ada", "198.51.100.1").ShouldNotBeNull();
        guard.MustWait("bob", "198.51.100.1").ShouldBeNull();
    }
}
