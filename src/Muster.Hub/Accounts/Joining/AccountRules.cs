using Muster.Hub.Accounts.SignIns;
using Muster.Hub.Api;
using Muster.Protocol.Ids;

namespace Muster.Hub.Accounts.Joining;

/// <summary>What a name, a password and an address may be.</summary>
internal static class AccountRules
{
    private const int LongestName = 64;
    private const int LongestEmail = 254;

    /// <summary>Passwords that guessers try first. A longer list would keep nobody out whom the wait after failures lets in.</summary>
    private static readonly HashSet<string> _common = new(StringComparer.OrdinalIgnoreCase)
    {
        "password", "password1", "password12", "password123", "passw0rd", "12345678", "123456789", "1234567890", "87654321", "11111111", "00000000", "88888888",
        "qwertyui", "qwertyuiop", "qwerty123", "1q2w3e4r", "1qaz2wsx", "abcdefgh", "abcd1234", "iloveyou", "sunshine", "princess", "football", "baseball", "superman",
        "letmein1", "trustno1", "welcome1", "changeme", "admin123", "administrator", "raspberry", "musterhub", "woaini1314", "5201314520",
    };

    /// <exception cref="ApiException">It cannot be a name.</exception>
    public static string Name(string? name)
    {
        // No wide letters, which look like others, and no name that reads like the id of somebody else.
        var trimmed = IsText(name) ? name!.Trim() : "";
        return trimmed.Length is >= 1 and <= LongestName && trimmed.All(letter => (char.IsLetterOrDigit(letter) && letter < '\uff00') || letter is '_' or '-' or '.' or '@')
            && !trimmed.StartsWith(User.Prefix, StringComparison.OrdinalIgnoreCase)
            ? trimmed
            : throw ApiException.Invalid("username", $"The name must have 1 to {LongestName} letters, digits, dots, dashes or underscores.", "Choose another.");
    }

    /// <exception cref="ApiException">It will not do; the message never holds it.</exception>
    public static string Password(string? password, string username)
    {
        if (password?.Length is not (>= Passwords.Least and <= Passwords.Most))
        {
            throw ApiException.Invalid("password", $"The password must have {Passwords.Least} to {Passwords.Most} characters.", "Choose another.");
        }

        if (_common.Contains(password) || password.Distinct().Count() < 3)
        {
            throw ApiException.Invalid("password", "This password is one of those that are guessed first.", "Choose another, such as four words that do not belong together.");
        }

        return password.Equals(username, StringComparison.OrdinalIgnoreCase)
            ? throw ApiException.Invalid("password", "The password is the name.", "Choose another.")
            : password;
    }

    /// <exception cref="ApiException">It cannot be an e-mail address.</exception>
    public static string Email(string? email)
    {
        var trimmed = IsText(email) ? email!.Trim() : "";
        var at = trimmed.LastIndexOf('@');
        return at > 0 && at < trimmed.Length - 1 && trimmed.Length <= LongestEmail && trimmed.IndexOf('@', StringComparison.Ordinal) == at
            && Uri.CheckHostName(trimmed[(at + 1)..]) != UriHostNameType.Unknown && !trimmed.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter))
            ? trimmed
            : throw ApiException.Invalid("email", "The e-mail address is missing or is none.", "Write it as NAME@HOST.");
    }

    /// <summary>Lone surrogates cannot be stored, and letters beyond them are taken for others.</summary>
    private static bool IsText(string? text) => text is not null && !text.Any(char.IsSurrogate);
}
