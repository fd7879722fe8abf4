using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Agents.Tools;

namespace Muster.Agents.Models;

/// <summary>One call of a model that is offered one tool: for a host that wants an answer in a shape, and no conversation.</summary>
public static class OneToolCall
{
    /// <summary>Never throws for what the model does: no call, a wrong one, a failure and lateness are answers, with the reason.</summary>
    /// <param name="limit">How long it may take; a model that does not listen to its abort is left behind then.</param>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static async Task<OneToolAnswer> AskAsync(
        ModelStream model, string system, string text, ToolSpec tool, TimeSpan limit, TimeProvider time, CancellationToken cancel)
    {
        var asked = new UserMessage { Id = "asked", At = time.GetUtcNow(), Content = [new TextBlock(text)] };
        using var late = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        AssistantMessage? answer;
        try
        {
            answer = await LastAsync(model, new ModelRequest(system, [asked], [tool], ModelSettings.Default), both.Token).WaitAsync(both.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            answer = null;
        }

        cancel.ThrowIfCancellationRequested();
        return late.IsCancellationRequested || answer is null
            ? new OneToolAnswer(null, $"it did not answer within {limit.TotalSeconds:0.#} s")
            : Read(answer, tool);
    }

    private static OneToolAnswer Read(AssistantMessage answer, ToolSpec tool)
    {
        if (answer.StopReason is StopReason.Error or StopReason.Aborted)
        {
            return new OneToolAnswer(null, answer.ErrorMessage ?? "the call failed");
        }

        if (answer.ToolCalls.FirstOrDefault(call => call.Name == tool.Name) is not { } call)
        {
            return new OneToolAnswer(null, $"it did not call {tool.Name}");
        }

        var check = JsonSchema.Check(tool.Parameters, call.Arguments);
        return check.IsValid
            ? new OneToolAnswer(check.Value, "")
            : new OneToolAnswer(null, $"what it gave {tool.Name} is not valid: {check.Problems[0].Path} {check.Problems[0].Message}");
    }

    private static async Task<AssistantMessage?> LastAsync(ModelStream model, ModelRequest request, CancellationToken abort)
    {
        AssistantMessage? last = null;
        await foreach (var step in model(request, abort))
        {
            last = step switch
            {
                ModelEvent.Done done => done.Message,
                ModelEvent.Failed failed => failed.Message,
                _ => last,
            };
        }

        return last;
    }
}

/// <param name="Arguments">What the model gave the tool, checked against its schema; null where it gave nothing of use.</param>
/// <param name="Why">Then: why, as a part of a sentence.</param>
public sealed record OneToolAnswer(JsonElement? Arguments, string Why);
