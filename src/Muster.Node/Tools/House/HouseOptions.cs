namespace Muster.Node.Tools.House;

/// <summary><c>tools.home_assistant</c></summary>
/// <param name="Token">A long-lived access token of the person whose house it is.</param>
public sealed record HomeAssistantOptions(Uri Url, string Token);

/// <summary><c>tools.mqtt</c></summary>
/// <param name="Username">Null to come in without one.</param>
public sealed record MqttOptions(string Host, int Port, string? Username, string? Password);
