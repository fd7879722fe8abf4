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

public sealed class Job : IIdKind
{
    public static string Prefix => "job_";
}

/// <summary>A task of the pool; <c>Task</c> is the framework's.</summary>
public sealed class TaskKind : IIdKind
{
    public static string Prefix => "tsk_";
}

public sealed class Artifact : IIdKind
{
    public static string Prefix => "art_";
}

/// <summary>A reminder or another schedule.</summary>
public sealed class Schedule : IIdKind
{
    public static string Prefix => "sch_";
}

public sealed class FileCopy : IIdKind
{
    public static string Prefix => "cpy_";
}
