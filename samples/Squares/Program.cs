// Functions of your own program in Muster's pool.
//
//   Squares URL KEY serve            offers the function "square" until Ctrl-C; start it on as many machines as you like
//   Squares URL KEY call 12          calls it once
//   Squares URL KEY sum 1000         one job of a thousand tasks; prints the sum of what they gave
//
// URL is the hub's, KEY a key with the scopes ask, run and spend (muster key create squares --scope ask run spend).
using System.Globalization;
using Muster.Client;
using Muster.Protocol.Jobs;
using Muster.Samples.Squares;

if (args is not [var url, var key, var what, .. var rest])
{
    Console.Error.WriteLine("Usage: Squares URL KEY serve | call N | sum COUNT");
    return 2;
}

using var client = new MusterClient(new Uri(url), key, new MusterClientOptions { Patience = TimeSpan.FromSeconds(5) });
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = true;
    stop.Cancel();
};
try
{
    switch (what)
    {
        case "serve":
            await using (var worker = client.CreateWorker())
            {
                worker.Handle("square", SampleJson.Default.Int64, SampleJson.Default.Int64, (number, _) => ValueTask.FromResult(checked(number * number)));
                worker.StateChanged += state => Console.WriteLine(state.Sentence);
                await worker.RunAsync(stop.Token);
            }

            return 0;
        case "call" when rest is [var text] && long.TryParse(text, CultureInfo.InvariantCulture, out var number):
            Console.Error.WriteLine($"Calling square({number}) at {url}; it is answered once a program serves it.");
            Console.WriteLine(await client.Jobs.CallAsync("square", number, SampleJson.Default.Int64, SampleJson.Default.Int64, cancellationToken: stop.Token));
            return 0;
        case "sum" when rest is [var text] && int.TryParse(text, CultureInfo.InvariantCulture, out var count) && count > 0:
            var payloads = Enumerable.Range(1, count).Select(each => JsonPayload.Of(each, SampleJson.Default.Int64)).ToList();
            var job = await client.Jobs.SubmitAsync(new JobSpec { Name = "squares", Tasks = [new TaskSpec { Function = "square", Payloads = payloads }] }, cancellationToken: stop.Token);
            var sum = 0L;
            await foreach (var result in client.Jobs.ResultsAsync(job.Id, SampleJson.Default.Int64, cancellationToken: stop.Token))
            {
                sum += result.Value; // throws where the task failed
            }

            Console.WriteLine(sum);
            return 0;
        default:
            Console.Error.WriteLine("Write serve, or call and a number, or sum and how many.");
            return 2;
    }
}
catch (MusterException error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}
