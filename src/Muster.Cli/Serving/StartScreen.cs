using Muster.Cli.Composition;
using Muster.Cli.Terminal;
using QRCoder;

namespace Muster.Cli.Serving;

/// <summary>What a person sees when the hub is up.</summary>
internal static class StartScreen
{
    public static void Print(CommandContext context, Standalone standalone, string? lanUrl, TimeSpan took)
    {
        var link = OwnerLink(standalone, lanUrl);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, new StartLine(standalone.LocalUrl, link, standalone.Node?.Name, standalone.Node?.Folder, standalone.Node?.Model, standalone.Node?.Isolation));
            return;
        }

        var print = context.Printer;
        print.Line($"{print.Coloured("Muster", Ansi.Bold)} {Invocation.Version} is ready ({took.TotalSeconds:0.0} s)");
        print.Line();
        print.Line($"  Page      {print.Coloured(standalone.LocalUrl, Ansi.Cyan)}");
        if (lanUrl is not null)
        {
            print.Line($"  Network   {print.Coloured(lanUrl, Ansi.Cyan)}");
        }

        if (standalone.Hub.Fingerprint.Length > 0)
        {
            print.Line($"  Key       {standalone.Hub.Fingerprint}");
        }

        if (standalone.Node is { } node)
        {
            print.Line($"  Machine   {node.Name}{Otherwise(context, node.Name)}");
            print.Line($"  Folder    {node.Folder}");
            print.Line($"  Model     {node.Model}");
            print.Line($"  Shell     {node.Isolation}");
            if (node.Door is { } door)
            {
                print.Line($"  PiBot     {door}");
            }
        }

        print.Line($"  State     {context.Home.Path}");
        print.Line();
        if (link is not null)
        {
            print.Line("  Set your password on this page, once, within 30 minutes (muster owner link makes a new one):");
            print.Line($"  {print.Coloured(link, Ansi.Cyan)}");
            if (lanUrl is not null)
            {
                print.Line();
                print.Line(QrCode(link));
            }
        }
        else if (lanUrl is not null)
        {
            print.Line(QrCode(lanUrl));
        }

        print.Line("  From any terminal: muster ask \"…\" or muster chat. Ctrl-C stops it.");
        context.Surroundings.Out.Flush();
    }

    /// <summary>Two modules per letter cell, with the quiet zone that phones need.</summary>
    internal static string QrCode(string text)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.L);
        var matrix = data.ModuleMatrix;
        var lines = new List<string>();
        for (var y = 0; y < matrix.Count; y += 2)
        {
            var line = new char[matrix.Count];
            for (var x = 0; x < matrix.Count; x++)
            {
                // Light modules are painted, so that the code reads on a dark terminal.
                var top = !matrix[y][x];
                var bottom = y + 1 >= matrix.Count || !matrix[y + 1][x];
                line[x] = (top, bottom) switch { (true, true) => '█', (true, false) => '▀', (false, true) => '▄', _ => ' ' };
            }

            lines.Add("  " + new string(line));
        }

        return string.Join('\n', lines);
    }

    /// <summary>The hub prints its link for one address; a phone needs the one of the network.</summary>
    private static string? OwnerLink(Standalone standalone, string? lanUrl)
    {
        var link = standalone.Hub.OwnerLink;
        return lanUrl is not null && Uri.TryCreate(link, UriKind.Absolute, out var url)
            ? lanUrl.TrimEnd('/') + url.PathAndQuery + url.Fragment
            : link;
    }

    /// <summary>A machine has its name from when it joined; a setting names only one that is new.</summary>
    private static string Otherwise(CommandContext context, string name) =>
        context.Configuration.TextOrNull("node.name") is { } wanted && !string.Equals(wanted, name, StringComparison.OrdinalIgnoreCase)
            ? $" (it has joined by this name; for another: muster node rename {name} {wanted})"
            : "";
}
