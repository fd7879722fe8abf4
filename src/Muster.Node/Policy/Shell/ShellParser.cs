using System.Globalization;
using System.Text.RegularExpressions;

namespace Muster.Node.Policy.Shell;

/// <summary>
/// Finds the commands of a shell script, those in substitutions and function bodies too, in their order.
/// Remembers plain assignments, so that <c>d=/; rm -rf $d</c> is seen for what it is.
/// </summary>
internal sealed partial class ShellParser
{
    private const int Deepest = 12;
    private const int MostReadings = 32;
    private const int MostReread = 256 * 1024;

    private static readonly HashSet<string> _keywords =
        ["if", "then", "else", "elif", "fi", "do", "done", "while", "until", "!", "{", "}", "coproc", "esac"];

    private static readonly HashSet<string> _setters = ["export", "declare", "local", "readonly", "typeset"];

    private readonly ShellVariables _variables;
    private readonly ShellLexer _lexer;
    private readonly int _depth;
    private readonly List<ShellCommand> _found = [];
    private readonly Stack<string?> _blocks = new();
    private List<ShellWord> _words = [];
    private List<ShellRedirect> _redirects = [];
    private string? _hereDocument;
    private string? _pendingFunction;
    private readonly int[] _pipelines; // the last number given, shared with the scripts inside
    private int _pipeline;
    private int _pipelineStart; // in what was found

    private ShellParser(string script, ShellVariables variables, int[] pipelines, int depth)
    {
        _pipelines = pipelines;
        _pipeline = ++pipelines[0];
        _variables = variables;
        _depth = depth;
        _lexer = new ShellLexer(script, variables);
    }

    /// <summary>The commands of a script with its loops' items all in one, then once for each item.</summary>
    public static IEnumerable<IReadOnlyList<ShellCommand>> Readings(string script)
    {
        var most = 0;
        for (var reading = 0; reading <= most; reading++)
        {
            var variables = new ShellVariables(reading);
            var found = new ShellParser(script, variables, [0], 0).Run();
            yield return variables.WereSet || variables.HadHereDocument ? [.. found.Select(command => command with { HangsOnMore = true })] : found;
            most = variables.LongestLoop < 2 ? 0 : Math.Min(Math.Min(variables.LongestLoop, MostReadings), MostReread / script.Length);
        }
    }

    private List<ShellCommand> Run()
    {
        while (Next() is { } token)
        {
            if (_variables.TooFar)
            {
                break;
            }

            switch (token.Kind)
            {
                case ShellTokenKind.Word:
                    Word(token);
                    break;
                case ShellTokenKind.Redirect:
                    Redirect(token.Text);
                    break;
                default:
                    Operator(token.Text);
                    break;
            }
        }

        Finish();
        if (_variables.TooFar)
        {
            _found.Add(ShellCommand.TooDeep);
        }

        return _found;
    }

    private ShellToken? Next()
    {
        _lexer.MayAssign = _words.Count == 0 || _setters.Contains(_words[0].Text);
        return _lexer.Next();
    }

    private void Word(ShellToken token)
    {
        foreach (var script in token.Nested)
        {
            Nested(script);
        }

        if (_words.Count == 0 && CommandPosition(token))
        {
            return;
        }

        if (token.Split)
        {
            _words.AddRange(token.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => new ShellWord(part, part)));
            return;
        }

        _words.Add(token.Word);
        if (_setters.Contains(_words[0].Text))
        {
            Assignment(token.Text);
        }
    }

    // Whether the word belongs to the grammar and is not a command's first word.
    private bool CommandPosition(ShellToken token)
    {
        var text = token.Text;
        if (_pendingFunction is not null && text.StartsWith('{'))
        {
            _blocks.Push(_pendingFunction);
            _pendingFunction = null;
            if (text.Length > 1)
            {
                _words.Add(new ShellWord(text[1..], text[1..]));
            }

            return true;
        }

        if (text == "{")
        {
            _blocks.Push(Function);
        }
        else if (text == "}")
        {
            _blocks.TryPop(out _);
        }

        return _keywords.Contains(token.Raw) || Assignment(text);
    }

    private bool Assignment(string text)
    {
        if (ShellAssignment().Match(text) is not { Success: true } match)
        {
            return false;
        }

        var (name, value) = (match.Groups["name"].Value, text[match.Length..]);
        _variables.Set(name, match.Groups["more"].Length > 0 ? _variables.Value(name) + value : value);
        return true;
    }

    private void Operator(string text)
    {
        switch (text)
        {
            case "(" when _lexer.ClosesNext && (_words.Count == 1 || _words is [{ Text: "function" }, _]):
                _lexer.Next();
                _pendingFunction = _words[^1].Text;
                _words = [];
                break;
            case "(" when _lexer.OpensTwice && (_words.Count == 0 || _words is [{ Text: "for" }]):
                Reckoned(_lexer.Bracketed());
                break;
            case "(":
                Finish();
                _blocks.Push(_pendingFunction ?? Function);
                _pendingFunction = null;
                break;
            case ")":
                Finish();
                _blocks.TryPop(out _);
                break;
            case "|" or "|&":
                Finish();
                break;
            default:
                Finish();
                foreach (var command in text == "&" ? _found.Skip(_pipelineStart).Where(command => command.Pipeline == _pipeline) : [])
                {
                    command.Background = true;
                }

                _pipeline = ++_pipelines[0];
                _pipelineStart = _found.Count;
                break;
        }
    }

    // ((…)) is reckoned, or is a script in a script where it does not end as it began: it is read as both.
    private void Reckoned(string inner)
    {
        Nested(inner);
        if (!_variables.MayRead(inner.Length))
        {
            return;
        }

        new ShellLexer(inner, _variables).Inside().Nested.ToList().ForEach(Nested);
    }

    private void Redirect(string text)
    {
        if (text is "<<" or "<<-")
        {
            Take(_lexer.TakeHereDocument(strips: text == "<<-"));
            return;
        }

        if (_lexer.Next() is not { Kind: ShellTokenKind.Word } target)
        {
            return;
        }

        foreach (var script in target.Nested)
        {
            Nested(script);
        }

        if (text == "<<<")
        {
            _hereDocument = target.Text;
        }
        else
        {
            _redirects.Add(new ShellRedirect(text, target.Word));
        }
    }

    private void Take(HereDocument document)
    {
        _variables.HadHereDocument = true;
        _hereDocument = document.Body;
        if (document.Expands)
        {
            var expanded = new ShellLexer(_hereDocument, _variables).Inside();
            expanded.Nested.ToList().ForEach(Nested);
            _hereDocument = expanded.Text;
        }

        if (!document.IsSure)
        {
            Nested(document.Body);
        }
    }

    private void Finish()
    {
        if (_words is [{ Text: "function" }, var name, ..])
        {
            _pendingFunction = name.Text;
            if (_words is [_, _, { Text: "{" }, .. var body])
            {
                _blocks.Push(_pendingFunction);
                _pendingFunction = null;
                _words = [.. body];
            }
            else
            {
                _words = [];
            }
        }

        Remember();
        if (_words.Count > 0 || _redirects.Count > 0)
        {
            _found.Add(new ShellCommand([.. _words], [.. _redirects]) { Pipeline = _pipeline, Function = Function, HereDocument = _hereDocument });
        }

        (_words, _redirects, _hereDocument) = ([], [], null);
    }

    // The variables that a command sets by itself.
    private void Remember()
    {
        if (_words is [{ Text: "for" or "select" }, var name, { Text: "in" }, ..])
        {
            _variables.Loop(name.Text, [.. _words.Skip(3).Select(word => word.Text)]);
        }
        else if (_words is [{ Text: "set" }, { Text: "--" }, ..])
        {
            for (var i = 2; i < Math.Min(_words.Count, 11); i++)
            {
                _variables.Set((i - 1).ToString(CultureInfo.InvariantCulture), _words[i].Text);
            }
        }
    }

    private string? Function => _blocks.TryPeek(out var function) ? function : null;

    private void Nested(string script)
    {
        if (_depth == Deepest || !_variables.MayRead(script.Length))
        {
            _found.Add(ShellCommand.TooDeep);
            return;
        }

        var inner = new ShellParser(script, _variables, _pipelines, _depth + 1).Run();
        _found.AddRange(inner.Select(command => command with { Function = command.Function ?? Function }));
    }

    [GeneratedRegex(@"^(?<name>[A-Za-z_][A-Za-z0-9_]*)(?:\[.*?\])?(?<more>\+?)=", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex ShellAssignment();
}
