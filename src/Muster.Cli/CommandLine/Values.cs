using System.CommandLine;
using System.CommandLine.Parsing;
using Muster.Cli.Configuration;

namespace Muster.Cli;

/// <summary>What arguments and options must look like; a mistake is a usage error before anything runs.</summary>
internal static class Values
{
    // A timer takes no longer ones.
    private static readonly TimeSpan _longest = TimeSpan.FromDays(30);

    /// <summary>Nothing can be called "".</summary>
    public static Argument<T> NotEmpty<T>(this Argument<T> argument)
    {
        argument.Validators.Add(result => RefuseEmpty(result, argument.Name));
        return argument;
    }

    /// <inheritdoc cref="NotEmpty{T}(Argument{T})"/>
    public static Option<T> NotEmpty<T>(this Option<T> option)
    {
        option.Validators.Add(result => RefuseEmpty(result, option.Name));
        return option;
    }

    /// <summary>A number of things, from <paramref name="least"/> on.</summary>
    public static Option<int> AtLeast(this Option<int> option, int least)
    {
        option.CustomParser = result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, System.Globalization.CultureInfo.InvariantCulture, out var count) && count >= least)
            {
                return count;
            }

            result.AddError($"{option.Name} is \"{result.Tokens[0].Value}\"; it must be a whole number from {least} on.");
            return least;
        };
        return option;
    }

    /// <summary>Seconds, or a number with s, m or h.</summary>
    public static Option<TimeSpan?> AsDuration(this Option<TimeSpan?> option)
    {
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (ValueCheck.Duration(text) is { } time && time > TimeSpan.Zero && time <= _longest)
            {
                return time;
            }

            result.AddError($"{option.Name} is \"{text}\"; it must be more than 0 seconds and at most {_longest.TotalDays:0} days, such as 30, 30s or 5m.");
            return null;
        };
        return option;
    }

    private static void RefuseEmpty(SymbolResult result, string name)
    {
        if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
        {
            result.AddError($"{name} is empty.");
        }
    }
}
