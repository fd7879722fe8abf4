namespace Muster.Hub.Routing.Commands;

/// <summary>A command as it was written, whether there is one of that name or not.</summary>
/// <param name="Name">In lower case, without the slash.</param>
/// <param name="Argument">What follows it, trimmed.</param>
internal sealed record WrittenCommand(string Name, string Argument);
