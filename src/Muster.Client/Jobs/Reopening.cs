using Muster.Client.Http;

namespace Muster.Client.Jobs;

/// <summary>When a stream that broke is opened again, and when that is given up: a lost hub is waited for as <see cref="MusterClientOptions.Patience"/> says.</summary>
internal sealed class Reopening(MusterClientOptions options)
{
    /// <summary>A stream that lived this long was a good one, even if nothing happened in it.</summary>
    private static readonly TimeSpan _settled = TimeSpan.FromSeconds(5);

    private readonly Retry _retry = new(options);
    private long _opened;

    public async Task<HttpResponseMessage> OpenAsync(Func<Task<HttpResponseMessage>> open, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var response = await open();
                _opened = options.Time.GetTimestamp();
                return response;
            }
            catch (MusterException failure)
            {
                await PauseAsync(failure, cancellationToken);
            }
        }
    }

    /// <summary>Something came: the next failure starts counting anew.</summary>
    public void Heard() => _retry.Reset();

    public MusterException Ended(Uri hub)
    {
        if (options.Time.GetElapsedTime(_opened) > _settled)
        {
            _retry.Reset();
        }

        return new MusterException(0, "unreachable", $"The hub at {hub} ended the stream of events again and again.");
    }

    /// <exception cref="MusterException">It is not worth another try.</exception>
    public async Task PauseAsync(MusterException failure, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_retry.Next(failure) is not { } wait)
        {
            throw failure;
        }

        await Task.Delay(wait, options.Time, cancellationToken);
    }
}
