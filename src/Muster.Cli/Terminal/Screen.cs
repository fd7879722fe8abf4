namespace Muster.Cli.Terminal;

/// <summary>Where streamed text goes: plainly on, or above a line that is being edited.</summary>
internal interface IScreen
{
    int Width { get; }

    /// <summary>Adds text; it may end in the middle of a line.</summary>
    void Write(string text);

    /// <summary>Replaces the line that is unfinished.</summary>
    void Rewrite(string line);
}

internal sealed class StreamScreen(TextWriter output) : IScreen
{
    public int Width => TerminalSize.Width;

    public void Write(string text)
    {
        output.Write(text);
        output.Flush();
    }

    public void Rewrite(string line) => Write(Ansi.EraseLine + line);
}

internal static class TerminalSize
{
    public static int Width
    {
        get
        {
            try
            {
                return Console.WindowWidth is > 0 and var width ? width : 80;
            }
            catch (IOException)
            {
                return 80; // no console at all
            }
        }
    }
}
