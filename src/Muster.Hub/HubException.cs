namespace Muster.Hub;

/// <summary>Why a hub cannot start, or why it stopped by itself; the message is for a person.</summary>
public sealed class HubException(string message, Exception? inner = null) : Exception(message, inner);
