namespace Muster.Protocol.Transfers;

/// <summary>The seam between a transfer and whom it is made for: a user with a key, or a node with the token of its link.</summary>
public interface ITransferDoor
{
    TimeProvider Time { get; }

    /// <summary>How long a hub that cannot be reached is waited for, counted from the last byte that moved.</summary>
    TimeSpan Patience { get; }

    /// <summary>Sends with this door's credentials, as soon as the answer's headers are there; a new request is made where it has to be sent again.</summary>
    /// <exception cref="TransferBrokenException">No answer came, or one that means "later".</exception>
    /// <remarks>An answer that is final and no success is returned.</remarks>
    Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancel);

    /// <summary>What whoever asked for the transfer is told about an answer that is no success.</summary>
    Task<Exception> RefusalAsync(HttpResponseMessage answer, CancellationToken cancel);

    /// <summary>What they are told when a transfer failed for another reason.</summary>
    /// <param name="code"><c>unreachable</c>, <c>damaged</c> or <c>too_large</c>.</param>
    Exception Failure(string code, string sentence, Exception? inner = null);
}

/// <summary>A transfer stopped on the way; it can go on.</summary>
public sealed class TransferBrokenException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The hub asked to be left alone for so long.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
