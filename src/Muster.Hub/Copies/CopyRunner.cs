using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Muster.Hub.Api;
using Muster.Hub.Chat;
using Muster.Protocol.Transfers;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Copies;

/// <summary>Takes a copy from its beginning to its end, whatever end that is.</summary>
internal sealed partial class CopyRunner(CopySteps steps, CopyFiles files, BackgroundWork background, ILogger<CopyRunner> logger)
{
    /// <summary>Once for each copy, however often it is called.</summary>
    public void Begin(Copy copy)
    {
        if (copy.TryBegin())
        {
            background.Start(stopping => RunAsync(copy, stopping));
        }
    }

    private async Task RunAsync(Copy copy, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, copy.Cancelled);
        try
        {
            await MoveAsync(copy, either.Token);
            copy.End(CopyState.Succeeded);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            copy.End(CopyState.Cancelled);
        }
        catch (Exception failure) when (failure is CopyException or ApiException or StorageException)
        {
            copy.End(CopyState.Failed, failure.Message);
        }
        finally
        {
            copy.End(CopyState.Failed, "The hub failed at it: see the hub's log (muster logs).");
            steps.Stop(copy);
            LogEnded(copy.Id, copy.Model.State, copy.Model.Error ?? "");
            await files.ReleaseAsync(copy);
        }
    }

    private async Task MoveAsync(Copy copy, CancellationToken cancel)
    {
        var plan = copy.Plan;
        if (plan.To is { } target)
        {
            // Before the bytes go half of their way for nothing.
            var found = await steps.DoAsync(copy, target, new CopyOrder { Step = CopyWords.Check }, CopyState.Checking, cancel);
            copy.Change(model => model with { To = $"{target.Node.Name}:{found.Path}" });
        }

        var (hash, mode) = plan.From is { } source ? await ReadAsync(copy, source, cancel) : (plan.Given, plan.Mode);
        var size = await files.SizeAsync(copy, hash, cancel);
        copy.Change(model => model with { Sha256 = hash.ToString(), Mode = CopyDesk.ModeText(mode), Bytes = size, Total = size });
        if (plan.To is { } end)
        {
            var order = new CopyOrder { Step = CopyWords.Write, Sha256 = ByteString.CopyFrom(hash.ToBytes()), Size = (ulong)size, Mode = mode };
            await steps.DoAsync(copy, end, order, CopyState.Writing, cancel);
        }
        else
        {
            await files.GiveAsync(copy, hash, cancel);
        }
    }

    private async Task<(ContentHash Hash, uint Mode)> ReadAsync(Copy copy, CopyEnd source, CancellationToken cancel)
    {
        var read = await steps.DoAsync(copy, source, new CopyOrder { Step = CopyWords.Read }, CopyState.Reading, cancel);
        return read.Sha256.Length == ContentHash.Length
            ? (ContentHash.Of(read.Sha256.Span), read.Mode & (FilePlace.KnownMode | 0b111_111_111))
            : throw new CopyException($"{source.Node.Name} did not say what it brought.");
    }

    [LoggerMessage(LogLevel.Information, "Copy {Copy} {State}: {Why}")]
    private partial void LogEnded(string copy, string state, string why);
}
