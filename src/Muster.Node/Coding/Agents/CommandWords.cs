using System.Text;

namespace Muster.Node.Coding.Agents;

/// <summary>A command line of the configuration as words: split at spaces, with quotes around those that hold some. No shell reads it.</summary>
internal static class CommandWords
{
    public static string[] Of(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quote, begun) = ('\0', false);
        foreach (var letter in line)
        {
            if (quote != '\0' ? letter == quote : letter is '"' or '\'')
            {
                (quote, begun) = (quote != '\0' ? '\0' : letter, true);
            }
            else if (quote == '\0' && char.IsWhiteSpace(letter))
            {
                End();
            }
            else
            {
                word.Append(letter);
                begun = true;
            }
        }

        End();
        return [.. words];

        void End()
        {
            if (begun)
            {
                words.Add(word.ToString());
            }

            word.Clear();
            begun = false;
        }
    }
}
