using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Muster.Protocol.Ids;

namespace Muster.Hub.Jobs.Probes;

/// <summary>
/// Small computations that a shell does with what every Linux has, and the hub in its own code. Each is new: numbers, names and
/// kind are chosen by chance. A program that the machine lacks makes the command fail, never give another answer.
/// </summary>
/// <param name="Command">For <c>sh -c</c>; writes <paramref name="File"/>.</param>
/// <param name="Content">What it must write.</param>
internal sealed record ProbeWork(string Command, string File, string Content)
{
    private const double DeadlineSeconds = 600;
    private static readonly string[] _files = ["out.txt", "result.txt", "result", "sum.txt", "digest", "answer.txt", "out.dat", "total.csv"];
    private static readonly string[] _parts = ["part", "tmp", "numbers", "in.txt", "list", "raw"];

    public static IReadOnlyList<Func<ProbeWork>> Kinds { get; } = [Chain, Sum, Walk, Sorted];

    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Content)));

    public static ProbeWork New() => One(Kinds)();

    /// <summary>As an ordinary job for this machine, in the name of this user.</summary>
    public JobPlan Plan(string node, Id<User> user) => new()
    {
        Name = Command.Split(' ', '=')[0], Priority = JobPriority.Low, DeadlineSeconds = DeadlineSeconds, Probe = new ProbePlan(File, Sha256, user.ToString()),
        Steps = [new StepPlan { Id = "task", Command = ["sh", "-c", Command.Replace("${", "$${", StringComparison.Ordinal)], Outputs = [File], Needs = new NeedsPlan { Node = node } }],
    };

    /// <summary>A hash of a hash of a hash.</summary>
    private static ProbeWork Chain()
    {
        var (seed, rounds, file) = (RandomNumberGenerator.GetHexString(One([16, 24, 32]), lowercase: true), Between(20, 120), One(_files));
        var hash = seed;
        for (var round = 0; round < rounds; round++)
        {
            hash = Hash(hash);
        }

        return new ProbeWork(
            $"h={seed}; n=0; while [ $n -lt {rounds} ]; do h=$(printf %s \"$h\" | sha256sum) || exit; h=${{h%% *}}; n=$((n + 1)); done; echo \"$h\" > {file}", file, hash + "\n");
    }

    /// <summary>A polynomial over a range, within what awk's numbers hold exactly (2^53).</summary>
    private static ProbeWork Sum()
    {
        var (from, step, count) = (Between(1, 1_000_000), Between(1, 90), Between(5_000, 50_000));
        var (factor, modulus) = ((long)Between(1_000, 1_000_000), (long)Between(1_000_000_000, int.MaxValue));
        var (file, part) = (One(_files), One(_parts));
        var sum = 0L;
        for (var at = 0; at < count; at++)
        {
            sum = ((sum * factor) + from + ((long)at * step)) % modulus;
        }

        return new ProbeWork(
            $"seq {from} {step} {from + ((count - 1) * step)} > {part} && awk '{{ s = (s * {factor} + $1) % {modulus} }} END {{ printf \"%d\\n\", s }}' {part} > {file}", file, $"{sum}\n");
    }

    /// <summary>The digest of numbers that a generator makes.</summary>
    private static ProbeWork Walk()
    {
        const long Factor = 16_807;
        const long Modulus = 2_147_483_647;
        var (seed, count, file, part) = (Between(1, int.MaxValue - 1), Between(2_000, 30_000), One(_files), One(_parts));
        var (lines, x) = (new StringBuilder(), (long)seed);
        for (var at = 0; at < count; at++)
        {
            x = x * Factor % Modulus;
            lines.Append(CultureInfo.InvariantCulture, $"{at} {x}\n");
        }

        return new ProbeWork(
            $"awk 'BEGIN {{ x = {seed}; for (i = 0; i < {count}; i++) {{ x = (x * {Factor}) % {Modulus}; printf \"%d %d\\n\", i, x }} }}' > {part} && h=$(sha256sum < {part}) && echo \"${{h%% *}}\" > {file}",
            file, Hash(lines.ToString()) + "\n");
    }

    /// <summary>The digest of words in their order.</summary>
    private static ProbeWork Sorted()
    {
        var letters = "abcdefghijklmnopqrstuvwxyz".ToCharArray();
        RandomNumberGenerator.Shuffle<char>(letters);
        var (digits, from, count, file, part) = (new string(letters, 0, 10), Between(1, 1_000_000), Between(2_000, 20_000), One(_files), One(_parts));
        var words = Enumerable.Range(from, count).Select(number => string.Concat(number.ToString(CultureInfo.InvariantCulture).Select(digit => digits[digit - '0'])));
        var sorted = string.Concat(words.Order(StringComparer.Ordinal).Select(word => word + "\n"));
        return new ProbeWork(
            $"seq {from} {from + count - 1} > {part} && tr 0123456789 {digits} < {part} > {part}.2 && LC_ALL=C sort {part}.2 > {part}.3 && h=$(sha256sum < {part}.3) && echo \"${{h%% *}}\" > {file}",
            file, Hash(sorted) + "\n");
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)));

    private static int Between(int least, int most) => RandomNumberGenerator.GetInt32(least, most);

    private static T One<T>(IReadOnlyList<T> all) => all[RandomNumberGenerator.GetInt32(all.Count)];
}
