using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Api;

/// <summary>Finds the one id that a person meant by at least 6 characters of its random part, with or without the prefix.</summary>
internal static class Prefixes
{
    private const int TimeLength = 10;
    private const int Least = 6;

    /// <param name="candidates">Selects ids like @pattern that the caller may see.</param>
    /// <exception cref="ApiException">None, or more than one.</exception>
    public static string Resolve<T>(Transaction tx, string typed, string what, string candidates, object? more = null)
        where T : IIdKind
    {
        var text = typed.TrimStart('#').ToLowerInvariant();
        var bare = text.StartsWith(T.Prefix, StringComparison.Ordinal) ? text[T.Prefix.Length..] : text;
        if (bare.Length < Least || bare.Any(letter => !char.IsAsciiLetterOrDigit(letter)))
        {
            throw ApiException.NotFound(what);
        }

        if (Id<T>.TryParse(T.Prefix + bare, out var whole))
        {
            var parameter = new Dapper.DynamicParameters(more);
            parameter.Add("whole", whole.ToString());
            return tx.QueryFirst<string>(candidates + " and id = @whole", parameter) ?? throw ApiException.NotFound(what);
        }

        // A beginning of one, or the characters that chat shows.
        var parameters = new Dapper.DynamicParameters(more);
        parameters.Add("whole", T.Prefix + bare + "%");
        parameters.Add("shown", T.Prefix + new string('_', TimeLength) + bare + "%");
        return tx.Query<string>(candidates + " and (id like @whole or id like @shown) limit 2", parameters) switch
        {
            [var one] => one,
            [] => throw ApiException.NotFound(what),
            _ => throw ApiException.Conflict($"\"{typed}\" begins more than one {what}: type more of it."),
        };
    }
}
