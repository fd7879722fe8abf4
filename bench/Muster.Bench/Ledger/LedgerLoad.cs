using Muster.Bench.Machine;
using System.Net.Http.Headers;
using System.Text;

namespace Muster.Bench.Ledger;

/// <summary>Clients that give credits to each other as fast as they are answered: each its own person, connection and key.</summary>
internal sealed class LedgerLoad(BenchHub hub, int clients, int batch)
{
    private long _done;
    private long _failed;

    /// <summary>Transfers per second, and how long a call took.</summary>
    public sealed record Result(double PerSecond, long Failed, double Median, double P99, double HubCores);

    public async Task<Result> RunAsync(TimeSpan warmUp, TimeSpan length)
    {
        using var stop = new CancellationTokenSource();
        var times = Enumerable.Range(0, clients).Select(_ => new List<double>()).ToList();
        var work = Enumerable.Range(0, clients).Select(client => Task.Run(() => ClientAsync(client, times[client], stop.Token))).ToList();
        await Task.Delay(warmUp, TimeProvider.System);
        times.ForEach(list =>
        {
            lock (list)
            {
                list.Clear();
            }
        });
        var (cpu, began) = (hub.Cpu, TimeProvider.System.GetTimestamp());
        Interlocked.Exchange(ref _done, 0);
        await Task.Delay(length, TimeProvider.System);
        var (done, elapsed, used) = (Interlocked.Read(ref _done), TimeProvider.System.GetElapsedTime(began), hub.Cpu - cpu);
        await stop.CancelAsync();
        await Task.WhenAll(work);
        var sorted = times.SelectMany(list => list).Order().ToList();
        return new Result(done / elapsed.TotalSeconds, _failed, sorted[sorted.Count / 2], sorted[(int)(sorted.Count * 0.99)], used / elapsed);
    }

    private async Task ClientAsync(int client, List<double> times, CancellationToken stop)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = new Uri(hub.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", hub.People[client % hub.People.Count].Key);
        var body = Encoding.UTF8.GetBytes(Body(hub.People[(client + 1) % hub.People.Count].Id));
        for (var call = 0; !stop.IsCancellationRequested; call++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, batch > 1 ? "/api/v1/wallet/transfers/batch" : "/api/v1/wallet/transfers")
            {
                Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            };
            request.Headers.Add("Idempotency-Key", $"{client}-{call}-{batch}");
            var began = TimeProvider.System.GetTimestamp();
            using var answer = await http.SendAsync(request, CancellationToken.None);
            if (!answer.IsSuccessStatusCode)
            {
                Interlocked.Increment(ref _failed);
                continue;
            }

            Interlocked.Add(ref _done, batch);
            lock (times)
            {
                times.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
            }
        }
    }

    private string Body(string to)
    {
        var one = $$"""{"to":"{{to}}","amount":"0.000001"}""";
        return batch > 1 ? $$"""{"transfers":[{{string.Join(',', Enumerable.Repeat(one, batch))}}]}""" : one;
    }
}
