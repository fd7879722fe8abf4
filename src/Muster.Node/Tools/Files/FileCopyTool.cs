using System.Text.Json;
using Muster.Agents.Tools;
using Muster.Protocol.Transfers;

namespace Muster.Node.Tools.Files;

/// <summary>
/// Has the hub copy a file. Not repeated after a crash: the file may be there by then, or another one in its place. The hub begins
/// when it is asked how far the copy is, and gives it up when nobody asks any more, so that none goes on behind a run that has ended.
/// </summary>
public sealed class FileCopyTool : Tool
{
    private static readonly TimeSpan _first = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan _parting = TimeSpan.FromSeconds(1);
    private readonly HubCalls _hub;
    private readonly TimeProvider _time;

    internal FileCopyTool(HubCalls hub, TimeProvider time) => (_hub, _time) = (hub, time);

    public override string Name => "file_copy";

    public override string Description =>
        "Copies one file of any size and kind from one of the user's machines to another, or on this one. Folders are packed first.";

    public override JsonElement Parameters { get; } = Arguments.Schema("""
        {"type": "object", "properties": {
          "from": {"type": "string", "description": "MACHINE:PATH, or PATH on this machine; relative to the working folder there."},
          "to": {"type": "string", "description": "MACHINE:PATH, or PATH on this machine. A folder, or a path that ends with a slash, keeps the file's name."},
          "overwrite": {"type": "boolean", "description": "Replace a file that is there.", "default": false}
        }, "required": ["from", "to"]}
        """);

    public override bool MayTakeLong => true;

    public override async Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort)
    {
        var (from, to) = (FilePlace.Parse(call.Required("from")), FilePlace.Parse(call.Required("to")));
        var wanted = new CopyWanted(new CopyPlace(from.Node, from.Path), new CopyPlace(to.Node, to.Path), call.Truth("overwrite"));
        var state = Parse(await _hub("copies.start", JsonSerializer.Serialize(wanted, ToolJson.Plain.CopyWanted), abort));
        var name = JsonSerializer.Serialize(new CopyName(state.Id), ToolJson.Plain.CopyName);
        try
        {
            state = await UntilOverAsync(call, state, name, abort);
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            await GiveUpAsync(name);
            throw;
        }

        return state.State == "succeeded"
            ? ToolJson.Result($"Copied {FileText.Size(state.Total)} to {state.To}.", JsonSerializer.SerializeToElement(new FileDetails(state.To, state.Total, Cut: false), ToolJson.Plain.FileDetails))
            : throw new ToolException(state.Error ?? $"The copy was {state.State}.");
    }

    private async Task<CopyState> UntilOverAsync(ToolCall call, CopyState state, string name, CancellationToken abort)
    {
        var heard = _time.GetTimestamp();
        for (var pause = _first; ; pause = pause * 2 < _longest ? pause * 2 : _longest)
        {
            try
            {
                state = Parse(await _hub("copies.show", name, abort));
                heard = _time.GetTimestamp();
            }
            catch (ToolException lost)
            {
                // The link may be back in a moment.
                if (_time.GetElapsedTime(heard) > _patience)
                {
                    throw new ToolException($"Whether the file was copied is not known: {lost.Message} Look before you copy it again.");
                }
            }

            if (state.IsOver)
            {
                return state;
            }

            call.Update(ToolResult.FromText($"{state.Step}: {FileText.Size(state.Bytes)} of {FileText.Size(state.Total)}"));
            await Task.Delay(pause, _time, abort);
        }
    }

    private async Task GiveUpAsync(string name)
    {
        using var parting = new CancellationTokenSource(_parting, _time);
        try
        {
            await _hub("copies.cancel", name, parting.Token);
        }
        catch (Exception error) when (error is ToolException or OperationCanceledException)
        {
            // It reaches the hub when the link is back; nobody asks for the copy any more in any case.
        }
    }

    private static CopyState Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ToolJson.Plain.CopyState) ?? throw new JsonException("null");
        }
        catch (JsonException)
        {
            throw new ToolException("The hub answered what this machine does not understand: update the older one of them (muster update).");
        }
    }
}

internal sealed record CopyPlace(string? Node, string Path);

internal sealed record CopyWanted(CopyPlace From, CopyPlace To, bool Overwrite);

internal sealed record CopyName(string Id);

/// <summary>What the hub says of a copy; it says more.</summary>
internal sealed record CopyState(string Id, string State, string Step, string To, long Bytes, long Total, string? Error)
{
    public bool IsOver => State != "running";
}
