namespace Muster.Testing.Metaso;

/// <summary>How the double behaves; the live server is known to be the first.</summary>
public enum MetasoMode
{
    Json,
    EventStream,
    WithSession,
    WithoutHandshake,
    Unauthorized,
    BusinessError,
    BusinessErrorInText,
    RpcError,
    ToolError,
    ResultError,
    Empty,
    BrokenOnce,
    Broken,
    Html,
    SessionLost,
}
