namespace Muster.Protocol.Ids;

public sealed class Conversation : IIdKind
{
    public static string Prefix => "cnv_";
}

public sealed class Run : IIdKind
{
    public static string Prefix => "run_";
}

public sealed class Message : IIdKind
{
    public static string Prefix => "msg_";
}

public sealed class Node : IIdKind
{
    public static string Prefix => "nod_";
}

public sealed class User : IIdKind
{
    public static string Prefix => "usr_";
}

public sealed class Approval : IIdKind
{
    public static string Prefix => "apr_";
}

public sealed class Key : IIdKind
{
    public static string Prefix => "key_";
}
