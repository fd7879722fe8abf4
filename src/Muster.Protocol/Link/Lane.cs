namespace Muster.Protocol.Link;

/// <summary>Independent orders of delivery, so that none waits for another.</summary>
public enum Lane
{
    /// <summary>May be lost; not numbered.</summary>
    Volatile = 0,
    Control = 1,
    Chat = 2,
    Pool = 3,
}
