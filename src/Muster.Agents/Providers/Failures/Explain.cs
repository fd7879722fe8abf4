using System.Net.Http;
using System.Net.Sockets;
using Muster.Agents.Messages;

namespace Muster.Agents.Providers.Failures;

/// <summary>Turns what went wrong with an endpoint into a sentence that says what to do.</summary>
internal static class Explain
{
    public static ModelProblem Reply(Endpoint at, ErrorReply reply)
    {
        var kind = FailureRules.Kind(reply);
        var said = Masking.Clean(reply.Message, at.ApiKey);
        var quote = said.Length == 0 ? $"HTTP {reply.Status}" : reply.Status is null ? $"\"{said}\"" : $"HTTP {reply.Status}, \"{said}\"";
        var sentence = (kind, reply.Status) switch
        {
            (ModelFailureKind.Refused, _) when FailureRules.IsQuota(reply) =>
                $"The account at {at.Host} has no quota left for the model {at.Model} ({quote}). Top it up, or configure another model.",
            (ModelFailureKind.Refused, 403) =>
                $"The model endpoint {at.Host} does not allow this key to use {at.Model} ({quote}). Check the rights of the key in {at.KeyHint}, or run \"muster doctor\".",
            (ModelFailureKind.Refused, _) =>
                $"The model endpoint {at.Host} refused the key for {at.Model} ({quote}). Set the right key in {at.KeyHint}, or run \"muster doctor\".",
            (ModelFailureKind.Overflow, _) =>
                $"The conversation is too long for the model {at.Model} at {at.Host} ({quote}). Start a new conversation, or send less at once.",
            (_, 404) =>
                $"The model endpoint {at.Host} does not know the model {at.Model}, or its address is wrong ({quote}). Check the model's name and the base URL; \"muster doctor\" shows which models it offers.",
            (ModelFailureKind.Transient, 429) =>
                $"The model endpoint {at.Host} limits requests to {at.Model} at the moment ({quote}). Wait a little and ask again.",
            (ModelFailureKind.Transient, _) =>
                $"The model endpoint {at.Host} failed while serving {at.Model} ({quote}). Ask again in a moment; if it goes on, check the endpoint or configure a fallback.",
            _ => $"The model endpoint {at.Host} did not accept the request to {at.Model} ({quote}). Check the model's settings, or run \"muster doctor\".",
        };
        return new ModelProblem(sentence, new ModelFailure(kind, reply.Status, reply.RetryAfter));
    }

    /// <summary>A chunk in mid-stream that holds an error. Without a known reason the endpoint broke, so it may be tried again.</summary>
    public static ModelProblem MidStream(Endpoint at, ErrorReply reply)
    {
        var problem = Reply(at, reply);
        return problem.Failure.Kind == ModelFailureKind.Invalid && reply.Status is null
            ? Broken(at, $"it reported \"{Masking.Clean(reply.Message, at.ApiKey)}\"")
            : problem;
    }

    public static ModelProblem Broken(Endpoint at, string how) => Transient(
        $"The answer of {at.Model} from {at.Host} broke off: {how}. If it goes on like that, ask again later or check the endpoint.");

    public static ModelProblem Empty(Endpoint at) => Transient(
        $"{at.Model} at {at.Host} sent an empty answer. Ask again, or put it differently.");

    public static ModelProblem Stalled(Endpoint at, TimeSpan waited, bool started) => Transient(started
        ? $"The model endpoint {at.Host} stopped in the middle of an answer of {at.Model}: nothing came for {waited.TotalSeconds:0} s. If it goes on like that, ask again later or check the endpoint."
        : $"The model endpoint {at.Host} did not begin to answer for {at.Model} within {waited.TotalSeconds:0} s. Check that it is not overloaded, and ask again.");

    public static ModelProblem Filtered(Endpoint at) => new(
        $"The provider at {at.Host} stopped the answer of {at.Model} by its content filter. Put the request differently.",
        new ModelFailure(ModelFailureKind.Invalid));

    public static ModelProblem NotAModel(Endpoint at, string contentType) => new(
        $"{at.Host} answered with {contentType} and not with a model's answer. Check the base URL; most endpoints end in /v1.",
        new ModelFailure(ModelFailureKind.Invalid));

    public static ModelProblem Exception(Endpoint at, Exception exception) => exception switch
    {
        ModelProblemException known => known.Problem,
        HttpRequestException or SocketException => Connection(at, exception),
        IOException => Broken(at, "the connection was cut"),
        _ when exception.InnerException is { } inner and (HttpRequestException or IOException or SocketException) => Exception(at, inner),
        _ => new ModelProblem(
            $"The call of {at.Model} at {at.Host} failed: {Masking.Clean(exception.Message, at.ApiKey)}. Check the model's settings, or run \"muster doctor\".",
            new ModelFailure(ModelFailureKind.Invalid)),
    };

    private static ModelProblem Connection(Endpoint at, Exception exception)
    {
        var reason = (exception as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => "its name is not known",
            HttpRequestError.SecureConnectionError => "no secure connection could be made",
            HttpRequestError.ProxyTunnelError => "the proxy refused the connection",
            HttpRequestError.ResponseEnded => "it closed the connection",
            _ => Masking.Clean(exception.GetBaseException().Message, at.ApiKey).TrimEnd('.'),
        };
        return Transient($"The model endpoint {at.Host} cannot be reached: {reason}. Check that it runs and that the base URL is right, or run \"muster doctor\".");
    }

    private static ModelProblem Transient(string sentence) => new(sentence, new ModelFailure(ModelFailureKind.Transient));
}
