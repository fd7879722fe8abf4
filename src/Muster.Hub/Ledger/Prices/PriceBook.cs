using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Storage;

namespace Muster.Hub.Ledger.Prices;

/// <summary>The price lists that were ever published. What runs is billed by the list that it was submitted under.</summary>
internal sealed partial class PriceBook(LedgerOptions options, TimeProvider time)
{
    private volatile Published _published = new(new PriceList(0, DateTimeOffset.UnixEpoch, new PriceRates()), new Dictionary<int, PriceList>());

    public PriceList Current => _published.Current;

    /// <summary>The list of this number; the current one for what was submitted under none.</summary>
    public PriceList Of(int version) => _published.All.GetValueOrDefault(version) ?? Current;

    /// <summary>Publishes the configured prices as a new version if they differ from the last ones.</summary>
    public void Load(Transaction tx)
    {
        var last = tx.QueryFirst<Row>("select version Version, rates Rates, since Since from ledger_prices order by version desc limit 1");
        if (last is null || Read(last).Rates != options.Prices)
        {
            last = new Row { Version = (last?.Version ?? 0) + 1, Rates = JsonSerializer.Serialize(options.Prices, RatesJson.Default.PriceRates), Since = time.GetUtcNow().ToUnixTimeMilliseconds() };
            tx.Execute("insert into ledger_prices (version, rates, since) values (@Version, @Rates, @Since)", last);
        }

        var lists = tx.Query<Row>("select version Version, rates Rates, since Since from ledger_prices").Select(Read).ToDictionary(list => list.Version);
        var published = new Published(lists[(int)last.Version], lists);
        tx.OnCommitted(() => _published = published);
    }

    private static PriceList Read(Row row) => new(
        (int)row.Version, DateTimeOffset.FromUnixTimeMilliseconds(row.Since), JsonSerializer.Deserialize(row.Rates, RatesJson.Default.PriceRates)!);

    private sealed record Published(PriceList Current, IReadOnlyDictionary<int, PriceList> All);

    private sealed record Row
    {
        public long Version { get; init; }
        public required string Rates { get; init; }
        public long Since { get; init; }
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
    [JsonSerializable(typeof(PriceRates))]
    private sealed partial class RatesJson : JsonSerializerContext;
}
