using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Audit;
using Muster.Hub.Accounts.Joining;
using Muster.Hub.Accounts.Keys;
using Muster.Hub.Accounts.SignIns;
using Muster.Hub.Accounts.Users;
using Muster.Hub.Chat;
using Muster.Hub.Chat.Notes;
using Muster.Hub.Planning;
using Muster.Hub.Chat.Notices;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Chat.Tools;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Events;
using Muster.Hub.Jobs.Steering;
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
[JsonSerializable(typeof(RegisterRequest))]
[JsonSerializable(typeof(InviteRequest))]
[JsonSerializable(typeof(InviteModel))]
[JsonSerializable(typeof(InviteAnswer))]
[JsonSerializable(typeof(Page<InviteModel>))]
[JsonSerializable(typeof(ResetRequest))]
[JsonSerializable(typeof(ResetAnswer))]
[JsonSerializable(typeof(PasswordChange))]
[JsonSerializable(typeof(Page<SessionModel>))]
[JsonSerializable(typeof(UserView))]
[JsonSerializable(typeof(UserPatch))]
[JsonSerializable(typeof(Page<UserView>))]
[JsonSerializable(typeof(KeyRequest))]
[JsonSerializable(typeof(KeyModel))]
[JsonSerializable(typeof(KeyAnswer))]
[JsonSerializable(typeof(Page<KeyModel>))]
[JsonSerializable(typeof(Page<AuditEntry>))]
[JsonSerializable(typeof(AuditVerification))]
[JsonSerializable(typeof(ConversationModel))]
[JsonSerializable(typeof(ConversationCreate))]
[JsonSerializable(typeof(ConversationPatch))]
[JsonSerializable(typeof(Page<ConversationModel>))]
[JsonSerializable(typeof(MessagePost))]
[JsonSerializable(typeof(MessageAccepted))]
[JsonSerializable(typeof(StopAnswer))]
[JsonSerializable(typeof(Page<InboxItem>))]
[JsonSerializable(typeof(Page<NoteModel>))]
[JsonSerializable(typeof(NotesRemoved))]
[JsonSerializable(typeof(PlanAsked))]
[JsonSerializable(typeof(PlanModel))]
[JsonSerializable(typeof(PlanRun))]
[JsonSerializable(typeof(WorkersModel))]
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
[JsonSerializable(typeof(SteerRequest))]
[JsonSerializable(typeof(SteeredModel))]
[JsonSerializable(typeof(ResumeRequest))]
[JsonSerializable(typeof(JobAccepted))]
[JsonSerializable(typeof(JobPreview))]
[JsonSerializable(typeof(LogEvent))]
[JsonSerializable(typeof(WhyModel))]
[JsonSerializable(typeof(NodePoolModel))]
[JsonSerializable(typeof(Muster.Protocol.Receipts.Receipt), TypeInfoPropertyName = "TaskReceipt")]
[JsonSerializable(typeof(GateRequest))]
[JsonSerializable(typeof(TrustRequest))]
[JsonSerializable(typeof(TaskModel))]
[JsonSerializable(typeof(RecentTaskModel))]
[JsonSerializable(typeof(Page<RecentTaskModel>))]
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
[JsonSerializable(typeof(Copies.CopyRequest))]
[JsonSerializable(typeof(Copies.CopyModel))]
[JsonSerializable(typeof(Spending.BudgetModel))]
[JsonSerializable(typeof(Spending.BudgetRequest))]
[JsonSerializable(typeof(Schedules.ScheduleRequest))]
[JsonSerializable(typeof(Schedules.ScheduleModel))]
[JsonSerializable(typeof(Page<Schedules.ScheduleModel>))]
[JsonSerializable(typeof(Schedules.ScheduleCall))]
[JsonSerializable(typeof(DateTimeOffset?))]
[JsonSerializable(typeof(long?))]
[JsonSerializable(typeof(int?))]
internal sealed partial class HubJson : JsonSerializerContext;
