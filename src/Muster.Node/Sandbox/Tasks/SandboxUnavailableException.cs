namespace Muster.Node.Sandbox.Tasks;

/// <summary>The attempt was not started. The message is a sentence for a person: what is wrong and what to do.</summary>
public sealed class SandboxUnavailableException : Exception
{
    public SandboxUnavailableException(string message)
        : base(message)
    {
    }

    public SandboxUnavailableException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
