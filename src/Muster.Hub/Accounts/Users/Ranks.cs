using Muster.Hub.Api;

namespace Muster.Hub.Accounts.Users;

/// <summary>Who may change whom: owners everyone, admins those below them.</summary>
internal static class Ranks
{
    /// <exception cref="ApiException">The caller may not make anyone this.</exception>
    public static void CheckGives(SignedIn caller, Role role)
    {
        if (caller.Role != Role.Owner && role >= caller.Role)
        {
            throw ApiException.Forbidden($"Only an owner can make somebody {role.Name()}.");
        }
    }

    /// <exception cref="ApiException">The caller may not change this user.</exception>
    public static void CheckMayChange(SignedIn caller, UserRow user)
    {
        if (caller.Role != Role.Owner && user.Rank >= caller.Role)
        {
            throw ApiException.Forbidden($"{user.Username} is {user.Role}: only an owner can change that account.");
        }
    }

    public static ApiException NoSuchRole(string? role) =>
        ApiException.Invalid("role", $"There is no role \"{role}\".", "Write owner, admin, member or guest.");
}
