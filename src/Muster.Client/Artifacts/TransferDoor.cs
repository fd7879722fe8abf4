using System.Net;
using Muster.Client.Http;
using Muster.Protocol.Transfers;

namespace Muster.Client.Artifacts;

/// <summary>Transfers in the name of the signed-in user.</summary>
internal sealed class TransferDoor(Transport transport, MusterClientOptions options) : ITransferDoor
{
    public TimeProvider Time => options.Time;

    public TimeSpan Patience => options.Patience;

    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancel)
    {
        HttpResponseMessage answer;
        try
        {
            answer = await transport.RawAsync(make, cancel);
        }
        catch (MusterException failure) when (failure.IsUnreachable)
        {
            throw new TransferBrokenException(failure.Message, failure);
        }

        if (answer.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout))
        {
            return answer;
        }

        using (answer)
        {
            var refusal = await transport.RefusalAsync(answer, cancel);
            throw new TransferBrokenException(refusal.Message, refusal) { RetryAfter = refusal.RetryAfter };
        }
    }

    public async Task<Exception> RefusalAsync(HttpResponseMessage answer, CancellationToken cancel) => await transport.RefusalAsync(answer, cancel);

    public Exception Failure(string code, string sentence, Exception? inner = null) => new MusterException(0, code, sentence, null, inner);
}
