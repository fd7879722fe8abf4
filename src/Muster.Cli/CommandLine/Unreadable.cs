namespace Muster.Cli;

/// <summary>Why a file that was named could not be read, without the words of the system.</summary>
internal static class Unreadable
{
    public static string Because(Exception error) => error switch
    {
        FileNotFoundException => "there is no such file.",
        DirectoryNotFoundException => "there is no such folder.",
        UnauthorizedAccessException => "it is a folder, or you may not read it.",
        _ => error.Message,
    };
}
