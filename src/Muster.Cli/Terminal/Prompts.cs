using System.Text;

namespace Muster.Cli.Terminal;

/// <summary>Questions whose answer must not be seen.</summary>
internal static class Prompts
{
    public static string Password(CommandContext context, string question)
    {
        if (!context.AtTerminal)
        {
            return context.Surroundings.In.ReadLine() ?? "";
        }

        context.Surroundings.Error.Write(question);
        var text = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                text.Length = Math.Max(0, text.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                text.Append(key.KeyChar);
            }
        }

        context.Surroundings.Error.WriteLine();
        return text.ToString();
    }
}
