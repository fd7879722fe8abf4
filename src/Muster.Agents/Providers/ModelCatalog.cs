using Muster.Agents.Models;
using Muster.Agents.Offline;
using Muster.Agents.Providers.Spending;

namespace Muster.Agents.Providers;

/// <summary>
/// The models that are configured, by name; with none, the offline rule model. A model with fallbacks answers through the
/// first of its chain that works; the message names the one that did.
/// </summary>
public sealed class ModelCatalog
{
    private readonly Dictionary<string, Entry> _entries;
    private readonly ModelCatalogHooks _hooks;
    private readonly TimeProvider _time;

    /// <param name="models">The first is the default. Must be without mistakes: see <see cref="ModelRules"/>.</param>
    public ModelCatalog(IReadOnlyList<ModelOptions> models, TimeProvider time, ModelCatalogHooks? hooks = null)
    {
        var mistakes = ModelRules.Mistakes(models);
        if (mistakes.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", mistakes));
        }

        (_hooks, _time) = (hooks ?? ModelCatalogHooks.None, time);
        Models = models.Count > 0 ? models : [new ModelOptions { Name = OfflineModel.Name, Provider = ModelProvider.Offline }];
        _entries = Models.ToDictionary(
            options => options.Name,
            options => new Entry(options, new Lazy<ModelStream>(() => Counted(options, ModelProviders.Create(options, time)))),
            StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Never empty; the first is the default.</summary>
    public IReadOnlyList<ModelOptions> Models { get; }

    public ModelOptions Default => Models[0];

    /// <summary>False when only the offline rule model is there.</summary>
    public bool IsConfigured => Models.Any(options => options.Provider != ModelProvider.Offline);

    public ModelOptions? Find(string name) => _entries.GetValueOrDefault(name)?.Options;

    /// <summary>This model, or one that may answer in its place, has a price.</summary>
    public bool IsPriced(string name) => _entries.TryGetValue(name, out var entry) && Chain(entry).Any(link => link.Options.Price is { IsFree: false });

    /// <summary>The stream of a model and its fallbacks.</summary>
    /// <param name="purse">Pays for each of them that has a price; without one nobody is asked.</param>
    /// <exception cref="ArgumentException">No model has this name.</exception>
    public ModelStream Stream(string name, ITokenPurse? purse = null)
    {
        if (!_entries.TryGetValue(name, out var entry))
        {
            throw new ArgumentException($"There is no model \"{name}\". Models: {string.Join(", ", Models.Select(options => options.Name))}.");
        }

        var chain = Chain(entry).Select(link => new ModelChain.Link(link.Options.Name, Paid(link, purse))).ToList();
        return chain.Count == 1 ? (request, abort) => chain[0].Model.Value(request, abort) : new ModelChain(chain, _hooks.OnFallback).Stream;
    }

    private IEnumerable<Entry> Chain(Entry entry) => entry.Options.Fallbacks.Select(fallback => _entries[fallback]).Prepend(entry);

    private Lazy<ModelStream> Paid(Entry link, ITokenPurse? purse) => purse is null || link.Options.Price is not { IsFree: false } price
        ? link.Stream
        : new Lazy<ModelStream>(() => new PricedModel(link.Options, price, link.Stream, purse, _time).Stream);

    private ModelStream Counted(ModelOptions options, ModelStream stream) => _hooks.OnUsage is not { } report
        ? stream
        : (request, abort) => UsageCount.Watch(stream(request, abort), options, report, abort);

    private sealed record Entry(ModelOptions Options, Lazy<ModelStream> Stream);
}

/// <summary>What a host may want to know of each call. Called on the stream's own flow; must be quick and must not throw.</summary>
/// <param name="OnUsage">After each call that cost something, failed ones included.</param>
/// <param name="OnFallback">Before the next model of a chain is tried.</param>
public sealed record ModelCatalogHooks(Action<ModelUse>? OnUsage = null, Action<ModelFallback>? OnFallback = null)
{
    public static ModelCatalogHooks None { get; } = new();
}

/// <param name="Name">Our name of the model.</param>
/// <param name="Model">The endpoint's name of it.</param>
public sealed record ModelUse(string Name, string Model, Messages.Usage Usage);

/// <param name="Reason">The sentence of the failure.</param>
public sealed record ModelFallback(string From, string To, string Reason)
{
    /// <summary>For a notice to the person who waits.</summary>
    public string Sentence => $"{Reason} The fallback model {To} answers instead.";
}
