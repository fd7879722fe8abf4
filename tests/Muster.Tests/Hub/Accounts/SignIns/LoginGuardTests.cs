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
        Fail(guard, 20, _ => ("ada", "203.0.113.9"));

        guard.MustWait("ada", "203.0.113.9").ShouldNotBeNull();
        guard.MustWait("bob", "203.0.113.9").ShouldNotBeNull();
        guard.MustWait("ADA", "198.51.100.1").ShouldBeNull();
    }

    [Fact]
    public void Guesses_AFew_KeepOneNameOutFromOneAddressAlone()
    {
        var guard = new LoginGuard(_time);
        Fail(guard, 5, _ => ("ada", "203.0.113.9"));

        guard.MustWait("ada", "203.0.113.9").ShouldNotBeNull();
        guard.MustWait("bob", "203.0.113.9").ShouldBeNull();
    }

    [Fact]
    public void Guesses_FromManyAddresses_AreSlowedDownByName_ButNotWhereTheUserIsKnown()
    {
        var guard = new LoginGuard(_time);
        Fail(guard, 500, i => ("ada", $"203.0.{i / 250}.{i % 250}"));

        guard.MustWait("Ada", "198.51.100.1").ShouldNotBeNull();
        guard.MustWait("Ada", "198.51.100.1", known: true).ShouldBeNull();
        guard.MustWait("bob", "198.51.100.1").ShouldBeNull();
    }

    [Fact]
    public void Guesses_FromOneNetworkOfIPv6_CountAsOneAddress()
    {
        var guard = new LoginGuard(_time);
        Fail(guard, 5, i => ("ada", $"2001:db8:1:2::{i + 1:x}"));

        guard.MustWait("ada", "2001:db8:1:2:ffff::1").ShouldNotBeNull();
        guard.MustWait("ada", "2001:db8:1:3::1").ShouldBeNull();
    }

    [Fact]
    public void Wait_Grows_EndsAndIsForgotten()
    {
        var guard = new LoginGuard(_time);
        Fail(guard, 5, _ => ("ada", "203.0.113.9"));
        var first = guard.MustWait("ada", "203.0.113.9")!.Value;
        Fail(guard, 1, _ => ("ada", "203.0.113.9"));
        guard.MustWait("ada", "203.0.113.9")!.Value.ShouldBeGreaterThan(first);

        Fail(guard, 50, _ => ("ada", "203.0.113.9"));
        guard.MustWait("ada", "203.0.113.9")!.Value.ShouldBe(TimeSpan.FromMinutes(15));
        _time.Advance(TimeSpan.FromMinutes(61));
        guard.MustWait("ada", "203.0.113.9").ShouldBeNull();
        Fail(guard, 1, _ => ("ada", "203.0.113.9"));
        guard.MustWait("ada", "203.0.113.9").ShouldBeNull();
    }

    [Fact]
    public void Success_OfOneName_DoesNotBuyGuessesAtOthers()
    {
        var guard = new LoginGuard(_time);
        for (var i = 0; i < 20; i++)
        {
            guard.Failed($"victim{i}", "203.0.113.9");
            guard.Succeeded("mallory", "203.0.113.9");
        }

        guard.MustWait("another", "203.0.113.9").ShouldNotBeNull();
    }

    [Fact]
    public void Memory_WhateverNamesAreTried_StaysBounded()
    {
        var guard = new LoginGuard(_time);

        Fail(guard, 3 * LoginGuard.MostEntries, i => ($"name{i}", $"2001:db8:{i % 5000:x}::1"));

        guard.Entries.ShouldBeLessThanOrEqualTo(LoginGuard.MostEntries + 3);
    }

    private static void Fail(LoginGuard guard, int times, Func<int, (string Name, string Address)> who)
    {
        for (var i = 0; i < times; i++)
        {
            var (name, address) = who(i);
            guard.Failed(name, address);
        }
    }
}
