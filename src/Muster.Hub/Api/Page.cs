namespace Muster.Hub.Api;

/// <summary>A part of a list; <paramref name="Next"/> goes into <c>?after=</c> for the part that follows.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
