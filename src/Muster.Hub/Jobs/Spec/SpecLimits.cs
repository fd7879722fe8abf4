namespace Muster.Hub.Jobs.Spec;

/// <summary>How much a spec may ask for; docs/jobs.md lists them for people.</summary>
internal static class SpecLimits
{
    public const int TextBytes = 16 << 20;
    public const int Values = 500_000;
    public const int Depth = 32;
    public const int PayloadDepth = 64;
    public const int Errors = 100;

    public const int Steps = 10_000;
    public const int Tasks = 1_000_000;
    public const int Hosts = 1_024;
    public const int Copies = 9;
    public const int Retries = 100;

    public const int Name = 200;
    public const int Id = 64;
    public const int Words = 4_096;
    public const int WordBytes = 131_071; // what Linux takes as one argument
    public const int CommandBytes = 1 << 20;
    public const int Variables = 512;
    public const int VariableName = 128;
    public const int EnvironmentBytes = 256 << 10;
    public const int Inputs = 1_000;
    public const int Outputs = 256;
    public const int LocalFiles = 100_000;
    public const int LocalPath = 4_096;
    public const int Labels = 64;
    public const int NetworkHosts = 100;
    public const int ObjectiveBytes = 64 << 10;
    public const int Skills = 50;
    public const int ShortText = 200;
    public const int PayloadBytes = 64 << 10;
    public const int PayloadTotal = 64 << 20;

    public const double LeastCpu = 0.01;
    public const double MostCpu = 4_096;
    public const long LeastMemory = 8 << 20;
    public const long LeastDisk = 1 << 20;
    public const long MostBytes = 1L << 50;
    public const int Gpus = 64;
    public const double Score = 1e9;
    public const double Price = 1_000;
    public const double LongestAttempt = 30 * 86_400;
    public const double LongestJob = 365 * 86_400;
}
