namespace Muster.Hub.Fleet;

/// <summary>A frame cannot be kept for this machine; the message is for a person. The caller's transaction can go on.</summary>
public sealed class NodeUndeliverableException(string message, Exception? inner = null) : Exception(message, inner);
