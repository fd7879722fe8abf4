namespace Muster.Protocol.Archives;

/// <summary>An archive that is not taken, or cannot be made. The message is for a person and says what to do.</summary>
public sealed class ArchiveException(string message) : Exception(message);
