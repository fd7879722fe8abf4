using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Ledger.Prices;

namespace Muster.Hub.Ledger.Wallet;

internal static class WalletApi
{
    private const int MostListed = 200;

    public static void MapWallet(this IEndpointRouteBuilder routes)
    {
        var own = routes.MapGroup("/api/v1/wallet").Needing(Scopes.Ask).WithTags("Wallet");
        own.MapGet("", async Task<Ok<WalletModel>> (WalletDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.GetAsync(context.Caller(), context.RequestAborted))).WithName("getWallet");
        own.MapGet("/history", async Task<Ok<Page<WalletEntry>>> (int? limit, long? after, WalletDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.HistoryAsync(context.Caller(), Math.Clamp(limit ?? 50, 1, MostListed), after, context.RequestAborted))).WithName("listWalletHistory");

        var spending = routes.MapGroup("/api/v1/wallet/transfers").Needing(Scopes.Spend, Role.Member).WithTags("Wallet");
        spending.MapPost("", async Task<Ok<TransferModel>> (TransferRequest request, TransferDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.TransferAsync(context, request))).WithName("transferCredits");
        spending.MapPost("/batch", async Task<Ok<TransferBatchAnswer>> (TransferBatch batch, TransferDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.TransferAsync(context, batch))).WithName("transferManyCredits");

        routes.MapGroup("/api/v1/wallet/grants").Needing(Scopes.Manage, Role.Admin).WithTags("Wallet")
            .MapPost("", async Task<Ok<TransferModel>> (TransferRequest request, WalletDesk desk, HttpContext context) =>
                TypedResults.Ok(await desk.GrantAsync(context, request))).WithName("grantCredits");

        routes.MapGroup("/api/v1").NeedingNobody().WithTags("Wallet")
            .MapGet("/prices", (PriceBook prices, LedgerOptions options) => TypedResults.Ok(Describe(prices.Current, options))).WithName("getPrices");
    }

    private static PricesModel Describe(PriceList list, LedgerOptions options) => new(
        list.Version, list.Since, list.Rates.Task.ToString(), list.Rates.CpuSecond.ToString(), list.Rates.MemoryGibSecond.ToString(), list.Rates.GpuSecond.ToString(),
        list.Rates.WallSecond.ToString(), list.Rates.TrafficGib.ToString(), options.RewardFee.ToString(), options.TransferFee.ToString());
}
