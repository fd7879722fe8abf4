using Microsoft.AspNetCore.Http;
using Muster.Hub.Api;

namespace Muster.Hub.Accounts.Audit;

/// <summary>Who did something, and from where.</summary>
/// <param name="Credential">Id of the key or the sign-in; empty without one.</param>
internal sealed record AuditActor(string User, string Name, string Credential, string Address)
{
    public static AuditActor Of(HttpContext context)
    {
        var address = Doorkeeper.AddressOf(context);
        return context.TryCaller() is { } caller
            ? new AuditActor(caller.User.ToString(), caller.Username, caller.Key ?? caller.SignIn ?? "", address)
            : new AuditActor("", "", "", address);
    }

    /// <summary>Somebody who has just proved who they are, by a password or a token of one use.</summary>
    public static AuditActor Of(HttpContext context, UserRow user) => new(user.Id, user.Username, "", Doorkeeper.AddressOf(context));
}

/// <param name="Action">A stable word with a dot, such as <c>user.role</c>; docs/accounts.md lists them.</param>
/// <param name="Subject">Name or id of what it was done to.</param>
/// <param name="Detail">What else there is to say; never a secret.</param>
/// <param name="Outcome"><c>done</c> or <c>refused</c>.</param>
internal sealed record AuditAct(AuditActor Actor, string Action, string Subject, string Detail = "", string Outcome = AuditAct.Done)
{
    public const string Done = "done";
    public const string Refused = "refused";
}
