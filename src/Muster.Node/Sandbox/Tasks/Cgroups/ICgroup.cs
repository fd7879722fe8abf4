namespace Muster.Node.Sandbox.Tasks.Cgroups;

/// <summary>The control group of one attempt: what holds all its processes, whatever they do.</summary>
internal interface ICgroup
{
    /// <summary>Makes it, with its limits.</summary>
    /// <param name="ours">Processes in it that are not the task's.</param>
    void Create(SandboxLimits limits, int ours);

    /// <summary>Takes in a process that waits; what it starts later is in it as well.</summary>
    void Join(int pid);

    IReadOnlyList<int> Processes();

    /// <summary>Sends KILL to all that are in it now, frozen ones too.</summary>
    void Kill();

    /// <summary>
    /// Halts all its processes, or lets them go on. The kernel takes its time, and forgets those that were forked in that
    /// moment: to be called until it has settled.
    /// </summary>
    /// <returns>Whether it has taken hold of every process.</returns>
    bool Freeze(bool frozen);

    double CpuSeconds();

    long PeakMemory();

    /// <summary>How many processes the kernel ended because the memory was used up.</summary>
    long OutOfMemoryKills();

    /// <returns>Whether it is gone; while a process is in it, it cannot.</returns>
    bool Remove();
}

/// <summary>Where this node's control groups are.</summary>
internal interface ICgroupTree
{
    string Sentence { get; }

    /// <summary>The folders below which attempts have theirs.</summary>
    IReadOnlyList<string> Bases { get; }

    /// <summary>The one of an attempt, whether it is there or not.</summary>
    ICgroup Of(string attempt);
}
