namespace Muster.Hub.Planning;

/// <summary>What a step is, which decides where it goes: the rules of PiBot's planner.</summary>
internal enum StepKind
{
    /// <summary>A question or an explanation.</summary>
    Simple,
    /// <summary>The state of the system or of all machines.</summary>
    Status,
    /// <summary>Stays where the files are.</summary>
    Files,
    /// <summary>Goes to a machine that reaches the web.</summary>
    Network,
    /// <summary>Goes to a machine with pins.</summary>
    Hardware,
    /// <summary>Goes to the freest machine.</summary>
    Compute,
    /// <summary>Goes by load.</summary>
    Code,
}
