namespace Muster.Hub.Fleet.PhoneWork;

/// <summary>The dialect's names of what a node can do, and Muster's.</summary>
public static class PhoneWorkCapabilities
{
    public static string ToMuster(string capability) => capability switch
    {
        "claude_code" => "coding_sessions",
        "file_ops" => "files",
        _ => capability,
    };

    public static string FromMuster(string capability) => capability switch
    {
        "coding_sessions" => "claude_code",
        "files" => "file_ops",
        _ => capability,
    };
}
