using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Muster.Hub.Accounts;
using Muster.Hub.Fleet;
using Muster.Storage;
using Muster.Storage.Lanes;
using Muster.Storage.Sqlite;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Accounts.SignIns;

/// <summary>Tokens that are made up, changed, or of the wrong time.</summary>
public sealed class AccessTokenTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTime _time = new();
    private Database _database = null!;
    private SigningKeys _keys = null!;
    private AccessTokens _tokens = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await Database.OpenAsync(
            new SqliteOptions { Path = Path.Combine(_folder.Path, "hub.db"), ProgramVersion = new Version(0, 1, 0) },
            [.. LaneStore.Migrations, .. Migration.In(typeof(NodeDirectory).Assembly)]);
        _keys = new SigningKeys(_database, _time);
        _tokens = new AccessTokens(_keys, _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Token_AsIssued_SaysWhoAndWhat()
    {
        var claims = _tokens.Verify(await IssueAsync());

        claims.ShouldBe(new TokenClaims("usr_1", Scopes.Ask | Scopes.Run, "ses_1"));
    }

    [Theory]
    [InlineData("""{"alg":"none","typ":"JWT","kid":"KID"}""")]
    [InlineData("""{"alg":"None","typ":"JWT","kid":"KID"}""")]
    [InlineData("""{"alg":"HS384","typ":"JWT","kid":"KID"}""")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"KID"}""")]
    [InlineData("""{"alg":"HS256","typ":"JWT","kid":"unknown"}""")]
    [InlineData("""{"alg":"HS256","typ":"JWT"}""")]
    [InlineData("""{"typ":"JWT","kid":"KID","alg":"HS256"}""")]
    [InlineData("""{"alg":"HS256","typ":"JWT","kid":"KID","jwk":{"kty":"oct","k":"AA"}}""")]
    [InlineData("""{"alg":"HS256","typ":"JWT","kid":"../../etc/passwd"}""")]
    [InlineData("[]")]
    [InlineData("not json")]
    public async Task Header_ThatIsNotOurs_IsRefused_HoweverItIsSigned(string header)
    {
        var good = await IssueAsync();
        var key = await _keys.CurrentAsync(Cancel);
        var body = Encode(header.Replace("KID", key.Kid)) + "." + good.Split('.')[1];

        foreach (var signature in new[] { "", good.Split('.')[2], Sign(key.Secret, body), Sign([], body), Sign(Encoding.ASCII.GetBytes(key.Kid), body) })
        {
            _tokens.Verify($"{body}.{signature}").ShouldBeNull(header);
        }
    }

    [Fact]
    public async Task Body_ThatWasChanged_IsRefused()
    {
        var parts = (await IssueAsync()).Split('.');
        var more = Encode(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1])).Replace("ask run", "ask manage approve"));

        _tokens.Verify($"{parts[0]}.{more}.{parts[2]}").ShouldBeNull();
        _tokens.Verify($"{parts[0]}.{parts[1]}.").ShouldBeNull();
        _tokens.Verify($"{parts[0]}.{parts[1]}").ShouldBeNull();
        _tokens.Verify($"{parts[0]}.{parts[1]}.{parts[2]}.{parts[2]}").ShouldBeNull();
        _tokens.Verify($"{parts[0]}.{parts[1]}.{parts[2]}=").ShouldBeNull();
        _tokens.Verify(new string('a', 100_000)).ShouldBeNull();
        _tokens.Verify("...").ShouldBeNull();
        _tokens.Verify("é.é.é").ShouldBeNull();
    }

    [Theory]
    [InlineData("iss", "\"muster\"", "\"another\"")]
    [InlineData("aud", "\"muster-api\"", "\"another\"")]
    [InlineData("sid", "\"ses_1\"", "null")]
    [InlineData("sub", "\"usr_1\"", "null")]
    public async Task Claim_ThatIsNotOurs_IsRefused_AlthoughTheKeyIs(string claim, string ours, string other)
    {
        var parts = (await IssueAsync()).Split('.');
        var json = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1]));
        var body = parts[0] + "." + Encode(json.Replace($"\"{claim}\":{ours}", $"\"{claim}\":{other}"));

        _tokens.Verify($"{body}.{Sign((await _keys.CurrentAsync(Cancel)).Secret, body)}").ShouldBeNull();
    }

    [Fact]
    public async Task Token_AtTheEndOfItsLife_IsRefused()
    {
        var token = await IssueAsync();
        _time.Advance(AccessTokens.Life - TimeSpan.FromSeconds(2));
        _tokens.Verify(token).ShouldNotBeNull();

        _time.Advance(TimeSpan.FromSeconds(2));

        _tokens.Verify(token).ShouldBeNull();
    }

    [Fact]
    public async Task Token_OfAClockThatIsAhead_IsTakenWithinAMinute()
    {
        var ahead = new FakeTime();
        ahead.Advance(_time.GetUtcNow() - ahead.GetUtcNow() + TimeSpan.FromSeconds(50));
        await _keys.LoadAsync(Cancel);
        var other = new AccessTokens(await LoadedAsync(ahead), ahead);

        _tokens.Verify(await other.IssueAsync("usr_1", Scopes.Ask, "ses_1", Cancel)).ShouldNotBeNull();
        ahead.Advance(TimeSpan.FromSeconds(20));
        _tokens.Verify(await other.IssueAsync("usr_1", Scopes.Ask, "ses_1", Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task Key_ThatIsADayOld_IsFollowedByAnother_AndGoodUntilItsTokensAreOver()
    {
        await _keys.CurrentAsync(Cancel);
        _time.Advance(SigningKeys.Rotation - TimeSpan.FromMinutes(1));
        var last = await IssueAsync();
        _time.Advance(TimeSpan.FromMinutes(2));

        var next = await IssueAsync();

        next.Split('.')[0].ShouldNotBe(last.Split('.')[0]);
        _tokens.Verify(last).ShouldNotBeNull();
        _tokens.Verify(next).ShouldNotBeNull();
    }

    [Fact]
    public async Task Key_ThatIsOver_SignsNothingAnyMore_ThoughNobodyLoadedAnother()
    {
        var old = await _keys.CurrentAsync(Cancel);
        var parts = (await IssueAsync()).Split('.');
        _time.Advance(SigningKeys.Rotation + AccessTokens.Life + AccessTokens.Skew);
        var later = _time.GetUtcNow().ToUnixTimeSeconds();
        var body = parts[0] + "." + Encode($$"""{"iss":"muster","aud":"muster-api","sub":"usr_1","scope":"ask","sid":"ses_1","iat":{{later}},"exp":{{later + 600}}}""");

        _tokens.Verify($"{body}.{Sign(old.Secret, body)}").ShouldBeNull();
    }

    [Fact]
    public async Task Keys_AfterARestart_AreTheSame_AndOldOnesAreGone()
    {
        var token = await IssueAsync();
        new AccessTokens(await LoadedAsync(_time), _time).Verify(token).ShouldNotBeNull();
        _time.Advance(TimeSpan.FromDays(3));

        await LoadedAsync(_time);

        (await _database.ReadAsync(tx => tx.Scalar<long>("select count(*) from signing_keys"), Cancel)).ShouldBe(1);
    }

    private async Task<SigningKeys> LoadedAsync(TimeProvider time)
    {
        var keys = new SigningKeys(_database, time);
        await keys.LoadAsync(Cancel);
        return keys;
    }

    private ValueTask<string> IssueAsync() => _tokens.IssueAsync("usr_1", Scopes.Ask | Scopes.Run, "ses_1", Cancel);

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string Sign(byte[] secret, string body) => Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(body)));
}
