using System.Runtime.InteropServices;
using System.Text.Json;

namespace Muster.Node.Sandbox.Tasks.Seccomp;

/// <summary>
/// The filter of <see cref="TaskFilter"/> as container engines read it. Theirs is looser: it lets ptrace, io_uring and the like pass.
/// A rule of theirs compares each argument once, and several rules of one call are joined by or.
/// </summary>
internal static class EngineProfile
{
    private const string AtLeast = "SCMP_CMP_GE";
    private const string Masked = "SCMP_CMP_MASKED_EQ";

    public static string ForThisMachine { get; } = For(RuntimeInformation.ProcessArchitecture);

    /// <returns>Empty for a machine that no task is sandboxed on.</returns>
    public static string For(Architecture architecture)
    {
        var (name, number) = architecture switch
        {
            Architecture.X64 => ("SCMP_ARCH_X86_64", (Func<SystemCall, uint?>)(call => call.X64)),
            Architecture.Arm64 => ("SCMP_ARCH_AARCH64", call => call.Arm64),
            _ => ("", _ => null),
        };
        if (name.Length == 0)
        {
            return "";
        }

        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("defaultAction", "SCMP_ACT_ALLOW");
            Strings(json, "architectures", [name]);
            json.WriteStartArray("syscalls");
            Rule(json, [.. DeniedCalls.All.Where(call => number(call) is not null).Select(call => call.Name)], TaskFilter.NotPermitted);
            Rule(json, ["clone3"], TaskFilter.NotThere);
            foreach (var (call, error, argument) in Arguments())
            {
                Rule(json, [call], error, argument);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }

    private static IEnumerable<(string Call, uint Error, Argument Argument)> Arguments()
    {
        for (var bit = 1UL; bit <= TaskFilter.NewNamespaces; bit <<= 1)
        {
            if ((bit & TaskFilter.NewNamespaces) != 0)
            {
                yield return ("clone", TaskFilter.NotPermitted, new Argument(0, bit, Masked, bit));
            }
        }

        // The kernel looks at the lower half of these alone.
        yield return ("ioctl", TaskFilter.NotPermitted, new Argument(1, uint.MaxValue, Masked, TaskFilter.TypeIntoTerminal));
        yield return ("ioctl", TaskFilter.NotPermitted, new Argument(1, uint.MaxValue, Masked, TaskFilter.VirtualConsole));
        var last = TaskFilter.Families.Max();
        for (var family = 0U; family < last; family++)
        {
            if (!TaskFilter.Families.Contains(family))
            {
                yield return ("socket", TaskFilter.NoSuchFamily, new Argument(0, uint.MaxValue, Masked, family));
            }
        }

        yield return ("socket", TaskFilter.NoSuchFamily, new Argument(0, last + 1, AtLeast, 0));
        // Neither 0 nor all ones is whatever has a one next to a zero somewhere.
        for (var bit = 0; bit < 32; bit++)
        {
            var one = 1UL << bit;
            yield return ("personality", TaskFilter.NotPermitted, new Argument(0, one | (1UL << ((bit + 1) % 32)), Masked, one));
        }
    }

    private static void Rule(Utf8JsonWriter json, IReadOnlyList<string> names, uint error, Argument? argument = null)
    {
        json.WriteStartObject();
        Strings(json, "names", names);
        json.WriteString("action", "SCMP_ACT_ERRNO");
        json.WriteNumber("errnoRet", error);
        json.WriteStartArray("args");
        if (argument is { } only)
        {
            json.WriteStartObject();
            json.WriteNumber("index", only.Index);
            json.WriteNumber("value", only.Value);
            json.WriteNumber("valueTwo", only.Second);
            json.WriteString("op", only.Comparison);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    /// <param name="Value">For a masked comparison the mask.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Argument(int Index, ulong Value, string Comparison, ulong Second);
}
