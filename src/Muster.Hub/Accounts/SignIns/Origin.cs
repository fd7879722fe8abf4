using Microsoft.AspNetCore.Http;
using Muster.Hub.Api;

namespace Muster.Hub.Accounts.SignIns;

/// <summary>Where somebody signs in from, as a list shows it.</summary>
internal sealed record Origin(string Address, string Program)
{
    private const int Longest = 120;

    public static Origin Of(HttpContext context)
    {
        var program = string.Concat(context.Request.Headers.UserAgent.ToString().Where(letter => letter is >= ' ' and < '\u007f'));
        return new Origin(Doorkeeper.AddressOf(context), program.Length <= Longest ? program : program[..Longest]);
    }
}
