namespace Muster.Protocol.Transfers;

/// <summary>Names and values of draft-ietf-httpbis-resumable-upload, by which uploads go on after a break.</summary>
public static class UploadHeaders
{
    public const string Offset = "Upload-Offset";
    public const string Complete = "Upload-Complete";
    public const string Length = "Upload-Length";
    public const string Limit = "Upload-Limit";

    /// <summary>Content type of a part.</summary>
    public const string Part = "application/partial-upload";

    public const string Yes = "?1";
    public const string No = "?0";

    public static string Text(bool value) => value ? Yes : No;
}
