using System.CommandLine;
using Muster.Cli.State;
using Muster.Client;

namespace Muster.Cli.Talk;

internal sealed class AskCommand : MusterCommand
{
    private readonly Argument<string[]> _text = new("TEXT") { Description = "What you want", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _continue = new("--continue", "-c") { Description = "Go on with the last conversation" };
    private readonly Option<string?> _node = new("--node") { Description = "The machine that shall answer", HelpName = "NAME" };
    private readonly Option<double?> _timeout = new("--timeout") { Description = "Stop after this many seconds (exit code 124)", HelpName = "SECONDS" };

    public AskCommand(CommandHost host)
        : base(host, "ask", """
            Ask once and get the answer.

            Uses the hub that runs for this home, or the one you logged in to. With none it starts a hub and a node inside
            itself and ends with the answer. Ctrl-C stops the work on the machine, not only this command.

            Examples:
              muster ask "how much disk is free?"
              muster ask --node nas "is the backup done?"
              muster ask -c "and yesterday's?"
              journalctl -b | muster ask "what went wrong here?"
              muster ask --json "uptime" | jq -r 'select(.event=="message_end").message.content[].text'
            """)
    {
        Add(_text);
        Add(_continue);
        Add(_node);
        Add(_timeout);
        SettingOptions.AddTo(this, "working_dir", "model");
        _timeout.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is <= 0)
            {
                result.AddError("--timeout must be more than 0 seconds.");
            }
        });
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var text = await TextAsync(context, cancellationToken);
        await using var hub = await HubConnection.OpenOrEmbedAsync(context, cancellationToken);
        await MissedNotices.ShowAsync(context, hub.Client, cancellationToken);
        var options = new AskOptions
        {
            ConversationId = context.Parse.GetValue(_continue) ? await LastConversation.FindAsync(context.Home, hub.Client, cancellationToken) : null,
            Node = context.Parse.GetValue(_node),
            Channel = "cli",
            Started = id => LastConversation.Remember(context.Home, id),
        };
        if (options is { ConversationId: { } known, Node: { } node })
        {
            await hub.Client.Conversations.ChangeAsync(known, null, node, cancellationToken);
        }

        var timeout = context.Parse.GetValue(_timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        var code = await new Exchange(context, hub.Client, AnswerViews.For(context)).RunAsync(text, options, timeout, cancellationToken);
        if (code != ExitCode.Interrupted)
        {
            await hub.FinishAsync(cancellationToken);
        }

        return code;
    }

    private async Task<string> TextAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var text = string.Join(' ', context.Parse.GetValue(_text) ?? []);
        if (context.Surroundings.Piped)
        {
            var piped = (await context.Surroundings.In.ReadToEndAsync(cancellationToken)).TrimEnd();
            text = (text.Length, piped.Length) switch
            {
                (_, 0) => text,
                (0, _) => piped,
                _ => $"{text}\n\n```\n{piped}\n```",
            };
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            throw new CliException("What do you want to know? For example: muster ask \"how much disk is free?\"", ExitCode.Usage);
        }

        const int longest = 100_000;
        return text.Length <= longest
            ? text
            : throw new CliException($"The text has {text.Length:N0} characters; {longest:N0} are the most. Put it into a file in the working folder and ask about the file, or send less of it (tail, grep).", ExitCode.Usage);
    }
}
