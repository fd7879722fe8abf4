using System.CommandLine;

namespace Muster.Cli.Operations;

internal sealed class CompletionCommand : MusterCommand
{
    private readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh, fish or pwsh" };

    public CompletionCommand(CommandHost host)
        : base(host, "completion", """
            Print a script that completes commands and options in your shell.

            Examples:
              muster completion bash > ~/.local/share/bash-completion/completions/muster
              muster completion zsh > "${fpath[1]}/_muster"
              muster completion fish > ~/.config/fish/completions/muster.fish
              muster completion pwsh >> $PROFILE
            """)
    {
        _shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        Add(_shell);
    }

    // The scripts ask the program itself ([suggest:N] of System.CommandLine), so they never fall behind it.
    protected override Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.Printer.Verbatim(context.Parse.GetValue(_shell) switch
        {
            "bash" => """
                _muster() {
                  local line="${COMP_LINE}" words
                  words="$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${line}" 2>/dev/null)"
                  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
                }
                complete -o default -F _muster muster
                """,
            "zsh" => """
                #compdef muster
                _muster() {
                  local -a found
                  found=("${(@f)$("${words[1]}" "[suggest:${#BUFFER}]" "$BUFFER" 2>/dev/null)}")
                  compadd -a found
                }
                compdef _muster muster
                """,
            "fish" => """
                complete -c muster -f -a '(muster "[suggest:"(string length -- (commandline -cp))"]" (commandline -cp) 2>/dev/null)'
                """,
            _ => """
                Register-ArgumentCompleter -Native -CommandName muster -ScriptBlock {
                  param($word, $line, $position)
                  muster "[suggest:$position]" "$line" | Where-Object { $_ -like "$word*" } |
                    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
                }
                """,
        });
        return Task.FromResult(ExitCode.Ok);
    }
}
