using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Muster.Agents.Tools;
using Muster.Node.Policy;
using Muster.Node.Tools;
using Muster.Node.Tools.Files;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Undo;

/// <summary>
/// Writes down, before a tool changes a file, what is in it, and that a call has effects which stay: <c>/undo</c> takes back what was done for one
/// message of a person. Nothing is changed that is not written down.
/// </summary>
internal sealed partial class UndoJournal(UndoFiles files, Database database, UndoOptions options, TimeProvider time, ILogger<UndoJournal> logger)
{
    /// <summary>The state of what could not be brought back now.</summary>
    public const string Failed = "failed";

    private const int LongestSubject = 200;

    private static readonly HashSet<string> _changeNothing =
        ["file_read", "file_list", "file_search", "file_ops", "file_send", "system", "memory_read", "nodes", "sensor", "web", "task_status", "skill"];

    /// <summary>Before a call that may run.</summary>
    /// <exception cref="StorageException">It cannot be written down; then the call must not run.</exception>
    public async ValueTask BeforeAsync(Forward forward, Tool tool, ToolCall call, CancellationToken cancel)
    {
        if (_changeNothing.Contains(tool.Name) || Asks(call))
        {
            return;
        }

        byte[]? bytes = null;
        var entry = new UndoEntry
        {
            ConversationId = forward.ConversationId, MessageId = forward.MessageId, CallId = $"{forward.RunId} {call.Id}", At = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        if (tool.Name is "file_write" or "file_edit")
        {
            (entry, bytes) = await Task.Run(() => Before(entry with { Path = files.Plain(call.Optional("path") ?? ""), AfterHash = After(tool, call) }), cancel);
        }
        else
        {
            entry = entry with { Stays = Subject(tool.Name, call) };
        }

        await database.WriteAsync(
            tx =>
            {
                if (entry.BeforeHash is { } hash)
                {
                    files.Keep(hash, bytes!); // once more, where a sweep came before the row that names it
                }

                UndoStore.Add(tx, entry);
                if (UndoStore.Trim(tx, options.Quota, (time.GetUtcNow() - options.Keep).ToUnixTimeMilliseconds()))
                {
                    files.Sweep(UndoStore.Hashes(tx));
                }
            },
            cancel);
    }

    /// <summary>In a transaction: what was taken back, or cannot be any more, is let go of with its contents.</summary>
    public void Remove(Transaction tx, IReadOnlyList<UndoEntry> entries)
    {
        UndoStore.Remove(tx, entries);
        files.Sweep(UndoStore.Hashes(tx));
    }

    /// <summary>In a transaction: all of a conversation that is gone.</summary>
    public void Forget(Transaction tx, string conversation)
    {
        UndoStore.RemoveOf(tx, conversation);
        files.Sweep(UndoStore.Hashes(tx));
    }

    /// <summary>Lets go of what is too old, and of contents that nothing names.</summary>
    public Task SweepAsync(CancellationToken cancel) => database.WriteAsync(
        tx =>
        {
            UndoStore.Trim(tx, options.Quota, (time.GetUtcNow() - options.Keep).ToUnixTimeMilliseconds());
            files.Sweep(UndoStore.Hashes(tx));
        },
        cancel);

    public async ValueTask AfterAsync(Forward forward, Tool tool, ToolCall call)
    {
        if (tool.Name is not ("file_write" or "file_edit"))
        {
            return;
        }

        var hash = await Task.Run(() => Now(files.Plain(call.Optional("path") ?? "")));
        try
        {
            await database.WriteAsync(tx => UndoStore.Ended(tx, forward.MessageId, $"{forward.RunId} {call.Id}", hash));
        }
        catch (StorageException trouble)
        {
            LogNotEnded(tool.Name, trouble.Message); // the file is changed all the same; it is not taken back, since what it became is not known
        }
    }

    /// <summary>What can come back of a message, or of the newest one of the conversation; does it if told to.</summary>
    public UndoReport Report(UndoOrder order, IReadOnlyList<UndoEntry> entries)
    {
        var report = new UndoReport { UndoId = order.UndoId, Applied = order.Apply, MessageId = entries.Count > 0 ? entries[0].MessageId : "" };
        foreach (var file in entries.Where(entry => entry.Path is not null).GroupBy(entry => entry.Path!, StringComparer.Ordinal))
        {
            if (OfFile([.. file], order.Apply) is { } line)
            {
                report.Lines.Add(line);
            }
        }

        report.Lines.AddRange(entries.Where(entry => entry.Stays is not null).Select(entry => new UndoLine { Subject = entry.Stays, State = "stays" }));
        return report;
    }

    private (UndoEntry Entry, byte[]? Bytes) Before(UndoEntry entry)
    {
        try
        {
            if (files.Read(entry.Path!) is not var (hash, bytes))
            {
                return (entry with { Folder = files.FolderOf(entry.Path!) }, null);
            }

            files.Keep(hash, bytes);
            return (entry with { BeforeHash = hash, BeforeSize = bytes.Length }, bytes);
        }
        catch (ToolException refused)
        {
            return (entry with { NotKept = refused.Message }, null);
        }
    }

    /// <summary>Null: the file is as it was.</summary>
    private UndoLine? OfFile(IReadOnlyList<UndoEntry> entries, bool apply)
    {
        var (first, last) = (entries[0], entries[^1]);
        var line = new UndoLine { Subject = first.Path };
        try
        {
            var now = files.Read(first.Path!)?.Hash;
            if (first.NotKept is { } reason)
            {
                (line.State, line.Note) = ("lost", reason);
            }
            else if (now == first.BeforeHash)
            {
                return null;
            }
            else if (now is not null && now != last.AfterHash)
            {
                line.State = "changed";
            }
            else if (first.BeforeHash is not { } hash)
            {
                line.State = "back";
                if (apply)
                {
                    files.Remove(first.Path!, first.Folder);
                }
            }
            else if (files.Kept(hash) is { } content)
            {
                line.State = "back";
                if (apply)
                {
                    files.Restore(first.Path!, content);
                }
            }
            else
            {
                (line.State, line.Note) = ("lost", "What was in it is not kept any more.");
            }
        }
        catch (ToolException refused)
        {
            (line.State, line.Note) = (Failed, refused.Message);
        }
        catch (IOException trouble)
        {
            LogNotRestored(first.Path!, trouble.Message);
            (line.State, line.Note) = (Failed, trouble.Message);
        }

        return line;
    }

    /// <summary>What a whole file will be, so that a write that a crash cuts off can be taken back.</summary>
    private static string? After(Tool tool, ToolCall call) => tool.Name == "file_write" && !call.Truth("append")
        ? Convert.ToHexStringLower(SHA256.HashData(FileText.Utf8.GetBytes(call.Optional("content") ?? "")))
        : null;

    private string? Now(string path)
    {
        try
        {
            return files.Read(path)?.Hash;
        }
        catch (ToolException)
        {
            return null; // it was not changed by this call, or is too large to be brought back
        }
    }

    /// <summary>Asking and listing change nothing.</summary>
    private static bool Asks(ToolCall call) => call.Optional("action") is "list" or "read" or "search" or "status";

    private static string Subject(string tool, ToolCall call)
    {
        var subject = tool is "shell" or "run_background" ? call.Optional("command") ?? call.Optional("prompt") ?? "" : ToolSubject.Of(tool, call.Arguments);
        var text = $"{tool}: {subject.ReplaceLineEndings(" ")}";
        return text.Length <= LongestSubject ? text : text[..(LongestSubject - 1)] + "…";
    }

    [LoggerMessage(LogLevel.Warning, "What {Tool} changed cannot be taken back: {Problem}")]
    private partial void LogNotEnded(string tool, string problem);

    [LoggerMessage(LogLevel.Warning, "{Path} was not brought back: {Problem}")]
    private partial void LogNotRestored(string path, string problem);
}
