using Microsoft.AspNetCore.Http.Metadata;

namespace Muster.Hub.Api;

/// <summary>A route that takes a larger body than others.</summary>
internal sealed record RequestLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
