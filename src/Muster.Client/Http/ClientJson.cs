using System.Text.Json.Serialization;
using Muster.Client.Accounts;
using Muster.Client.Approvals;
using Muster.Client.Budgets;
using Muster.Client.Conversations;
using Muster.Client.Copies;
using Muster.Client.Events;
using Muster.Client.Jobs;
using Muster.Client.Machines;
using Muster.Client.Notes;
using Muster.Client.Plans;
using Muster.Client.Schedules;
using Muster.Client.Wallet;
using Muster.Client.Workers;

namespace Muster.Client.Http;

/// <summary>The shapes of the API, compiled: no reflection when a command starts.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MusterEvent))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(Nothing))]
[JsonSerializable(typeof(HubInfo))]
[JsonSerializable(typeof(ClaimRequest))]
[JsonSerializable(typeof(LoginRequest))]
[JsonSerializable(typeof(RefreshRequest))]
[JsonSerializable(typeof(LoginAnswer))]
[JsonSerializable(typeof(Me))]
[JsonSerializable(typeof(OwnerLink))]
[JsonSerializable(typeof(RegisterRequest))]
[JsonSerializable(typeof(ResetRequest))]
[JsonSerializable(typeof(PasswordChange))]
[JsonSerializable(typeof(Page<SessionInfo>))]
[JsonSerializable(typeof(Page<UserAccount>))]
[JsonSerializable(typeof(UserPatch))]
[JsonSerializable(typeof(PasswordReset))]
[JsonSerializable(typeof(InviteRequest))]
[JsonSerializable(typeof(Invitation))]
[JsonSerializable(typeof(Page<InviteInfo>))]
[JsonSerializable(typeof(KeyOptions))]
[JsonSerializable(typeof(NewKey))]
[JsonSerializable(typeof(Page<KeyInfo>))]
[JsonSerializable(typeof(Page<AuditEntry>))]
[JsonSerializable(typeof(AuditCheck))]
[JsonSerializable(typeof(NodePermissions))]
[JsonSerializable(typeof(NodePool))]
[JsonSerializable(typeof(GateRequest))]
[JsonSerializable(typeof(TrustRequest))]
[JsonSerializable(typeof(PermissionsRequest))]
[JsonSerializable(typeof(Page<NodeInfo>))]
[JsonSerializable(typeof(NamePatch))]
[JsonSerializable(typeof(EnrolmentRequest))]
[JsonSerializable(typeof(Enrolment))]
[JsonSerializable(typeof(EnrolRequest))]
[JsonSerializable(typeof(EnrolAnswer))]
[JsonSerializable(typeof(Page<ConversationInfo>))]
[JsonSerializable(typeof(ConversationRequest))]
[JsonSerializable(typeof(MessageRequest))]
[JsonSerializable(typeof(MessageAccepted))]
[JsonSerializable(typeof(StopAnswer))]
[JsonSerializable(typeof(Page<InboxItem>))]
[JsonSerializable(typeof(SeenRequest))]
[JsonSerializable(typeof(Page<NoteInfo>))]
[JsonSerializable(typeof(PlanAsked))]
[JsonSerializable(typeof(PlanInfo))]
[JsonSerializable(typeof(PlanRun))]
[JsonSerializable(typeof(WorkersInfo))]
[JsonSerializable(typeof(Page<ApprovalInfo>))]
[JsonSerializable(typeof(DecisionRequest))]
[JsonSerializable(typeof(WorkerRequest))]
[JsonSerializable(typeof(WorkerAnswer))]
[JsonSerializable(typeof(WalletInfo))]
[JsonSerializable(typeof(Page<WalletEntry>))]
[JsonSerializable(typeof(TransferLine))]
[JsonSerializable(typeof(TransferInfo))]
[JsonSerializable(typeof(TransferBatch))]
[JsonSerializable(typeof(TransferBatchAnswer))]
[JsonSerializable(typeof(PriceInfo))]
[JsonSerializable(typeof(SubmitRequest))]
[JsonSerializable(typeof(JobPreview))]
[JsonSerializable(typeof(JobInfo))]
[JsonSerializable(typeof(Page<JobInfo>))]
[JsonSerializable(typeof(TaskInfo))]
[JsonSerializable(typeof(Page<TaskInfo>))]
[JsonSerializable(typeof(RecentTask))]
[JsonSerializable(typeof(Page<RecentTask>))]
[JsonSerializable(typeof(WhyInfo))]
[JsonSerializable(typeof(LogEvent))]
[JsonSerializable(typeof(CancelRequest))]
[JsonSerializable(typeof(SteerRequest))]
[JsonSerializable(typeof(SteeredInfo))]
[JsonSerializable(typeof(ResumeRequest))]
[JsonSerializable(typeof(CopyRequest))]
[JsonSerializable(typeof(FileSent))]
[JsonSerializable(typeof(CopyInfo))]
[JsonSerializable(typeof(Budget))]
[JsonSerializable(typeof(BudgetChange))]
[JsonSerializable(typeof(ScheduleOptions))]
[JsonSerializable(typeof(ScheduleInfo))]
[JsonSerializable(typeof(Page<ScheduleInfo>))]
internal sealed partial class ClientJson : JsonSerializerContext;

/// <summary>One page of a list; <see cref="Next"/> is the <c>after</c> of the following one.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

internal sealed record Problem(string? Title, int? Status, string? Detail, string? Code, IReadOnlyList<FieldProblem>? Errors);

/// <summary>An empty body.</summary>
internal sealed record Nothing;
