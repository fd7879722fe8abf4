using System.Globalization;

namespace Muster.Hub.Chat.Assistant;

/// <summary>What the hub's assistant is told before the conversation. The loop adds the owner's rules.</summary>
internal sealed class HubPrompt(string home, TimeProvider time)
{
    /// <summary>In the home, this file replaces the one that Muster brings; <c>soul.md</c> there is that of the machine.</summary>
    public const string OwnFile = "hub_soul.md";

    public string Build()
    {
        var now = time.GetLocalNow();
        return $"{Soul()}\n## Now\nYou run on the hub. It is {now.ToString("yyyy-MM-dd HH:mm, dddd", CultureInfo.InvariantCulture)} ({time.LocalTimeZone.Id}).\n";
    }

    public string Soul()
    {
        var own = Path.Combine(home, OwnFile);
        if (File.Exists(own))
        {
            return File.ReadAllText(own);
        }

        using var reader = new StreamReader(typeof(HubPrompt).Assembly.GetManifestResourceStream(OwnFile)!);
        return reader.ReadToEnd();
    }
}
