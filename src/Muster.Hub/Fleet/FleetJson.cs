using System.Text.Json.Serialization;
using Muster.Hub.Fleet.Enrolment;
using Muster.Hub.Fleet.Permissions;
using Muster.Hub.Fleet.Workers;

namespace Muster.Hub.Fleet;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(NodeFactsSnapshot))]
[JsonSerializable(typeof(NodeView))]
[JsonSerializable(typeof(NodeList))]
[JsonSerializable(typeof(EnrolmentToken))]
[JsonSerializable(typeof(EnrolmentRequest))]
[JsonSerializable(typeof(EnrolmentAnswer))]
[JsonSerializable(typeof(EnrolRequest))]
[JsonSerializable(typeof(EnrolAnswer))]
[JsonSerializable(typeof(NodePatch))]
[JsonSerializable(typeof(PermissionsModel))]
[JsonSerializable(typeof(PermissionsRequest))]
[JsonSerializable(typeof(WorkerRequest))]
[JsonSerializable(typeof(WorkerAnswer))]
internal sealed partial class FleetJson : JsonSerializerContext;
