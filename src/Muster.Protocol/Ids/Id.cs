using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Protocol.Ids;

/// <summary>What an id names, and its prefix: <c>cnv_</c>, <c>run_</c>, ...</summary>
public interface IIdKind
{
    static abstract string Prefix { get; }
}

/// <summary>
/// An id that is known to be well formed: a prefix and a 26-character ULID, such as <c>run_01jd…</c>.
/// The default value is no id and has empty text.
/// </summary>
[JsonConverter(typeof(IdJsonConverterFactory))]
public readonly record struct Id<T> : IParsable<Id<T>>
    where T : IIdKind
{
    private readonly string? _text;

    private Id(string text) => _text = text;

    public bool IsEmpty => _text is null;

    /// <summary>The 6 characters that chat shows: the first of the random part.</summary>
    public string Short => _text is null ? "" : _text.Substring(T.Prefix.Length + 10, 6);

    /// <summary>When it was made, to the millisecond.</summary>
    public DateTimeOffset Time
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            Ulid.Decode(_text.AsSpan(T.Prefix.Length), bytes);
            return DateTimeOffset.FromUnixTimeMilliseconds((long)(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16));
        }
    }

    public static Id<T> New(TimeProvider time) => new(T.Prefix + Ulid.New(time.GetUtcNow()));

    /// <summary>The id that this part of another thing always gets, with that thing's time.</summary>
    public static Id<T> Within<TWhole>(Id<TWhole> whole, string part)
        where TWhole : IIdKind => new(T.Prefix + Ulid.Within(whole.ToString()[TWhole.Prefix.Length..], part));

    /// <exception cref="FormatException">The text is no id of this kind; the message says what one looks like.</exception>
    public static Id<T> Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id)
            ? id
            : throw new FormatException($"\"{s}\" is not a valid id: expected {T.Prefix} and 26 letters and digits.");

    public static Id<T> Parse(string s) => Parse(s, null);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Id<T> result)
    {
        var valid = s is not null
            && s.StartsWith(T.Prefix, StringComparison.Ordinal)
            && Ulid.IsValid(s.AsSpan(T.Prefix.Length));
        result = valid ? new Id<T>(s!) : default;
        return valid;
    }

    public static bool TryParse([NotNullWhen(true)] string? text, out Id<T> id) => TryParse(text, null, out id);

    public override string ToString() => _text ?? "";
}

internal sealed class IdJsonConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Id<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Converter<T> : JsonConverter<Id<T>>
        where T : IIdKind
    {
        public override Id<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Id<T>.TryParse(reader.GetString(), null, out var id)
                ? id
                : throw new JsonException($"Expected an id that begins with {T.Prefix}.");

        public override void Write(Utf8JsonWriter writer, Id<T> value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
