using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Hub.Accounts;
using Muster.Hub.Chat;
using Muster.Hub.Chat.Notices;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Chat.Tools;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Events;
using Muster.Hub.Jobs.Views;
using Muster.Hub.Ledger.Wallet;
using Muster.Hub.Operations;

namespace Muster.Hub.Api;

/// <summary>Everything that goes through the API, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ApiProblem))]
[JsonSerializable(typeof(HubInfo))]
[JsonSerializable(typeof(ClaimRequest))]
[JsonSerializable(typeof(LoginRequest))]
[JsonSerializable(typeof(RefreshRequest))]
[JsonSerializable(typeof(LoginAnswer))]
[JsonSerializable(typeof(Me))]
[JsonSerializable(typeof(MePatch))]
[JsonSerializable(typeof(OwnerLinkAnswer))]
[JsonSerializable(typeof(ConversationModel))]
[JsonSerializable(typeof(ConversationCreate))]
[JsonSerializable(typeof(ConversationPatch))]
[JsonSerializable(typeof(Page<ConversationModel>))]
[JsonSerializable(typeof(MessagePost))]
[JsonSerializable(typeof(MessageAccepted))]
[JsonSerializable(typeof(StopAnswer))]
[JsonSerializable(typeof(Page<InboxItem>))]
[JsonSerializable(typeof(SeenRequest))]
[JsonSerializable(typeof(ApprovalModel))]
[JsonSerializable(typeof(ApprovalDecision))]
[JsonSerializable(typeof(Page<ApprovalModel>))]
[JsonSerializable(typeof(JobRequest))]
[JsonSerializable(typeof(JobModel))]
[JsonSerializable(typeof(Page<JobModel>))]
[JsonSerializable(typeof(Page<TaskModel>))]
[JsonSerializable(typeof(ResultsModel))]
[JsonSerializable(typeof(CancelRequest))]
[JsonSerializable(typeof(ResumeRequest))]
[JsonSerializable(typeof(JobAccepted))]
[JsonSerializable(typeof(JobPreview))]
[JsonSerializable(typeof(LogEvent))]
[JsonSerializable(typeof(WhyModel))]
[JsonSerializable(typeof(TaskModel))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(bool?))]
[JsonSerializable(typeof(double?))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(WalletModel))]
[JsonSerializable(typeof(Page<WalletEntry>))]
[JsonSerializable(typeof(TransferRequest))]
[JsonSerializable(typeof(TransferModel))]
[JsonSerializable(typeof(TransferBatch))]
[JsonSerializable(typeof(TransferBatchAnswer))]
[JsonSerializable(typeof(PricesModel))]
[JsonSerializable(typeof(long?))]
[JsonSerializable(typeof(int?))]
internal sealed partial class HubJson : JsonSerializerContext;
