using Microsoft.AspNetCore.Http;

namespace Muster.Hub.Fleet;

internal static class FleetProblems
{
    public static IResult Unauthenticated(string detail) => Problem(401, "unauthenticated", detail);

    public static IResult NotFound(string what) => Problem(404, "not_found", $"There is no machine {what} here that you may see: muster nodes lists them.");

    public static IResult Invalid(string detail) => Problem(422, "invalid", detail);

    public static IResult NameTaken(string name, string free) =>
        Problem(409, "conflict", $"Another machine is already called {name}: choose another name, for example {free}.");

    public static IResult Problem(int status, string code, string detail) =>
        Results.Problem(detail, statusCode: status, extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = code });
}
