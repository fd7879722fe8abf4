using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Ledger.Wallet;

/// <summary>A request to move credits, checked field by field; all of its mistakes are told at once.</summary>
/// <param name="Place">Before the names of fields: empty, or <c>transfers[3].</c></param>
internal sealed record TransferForm(Id<User> To, string ToName, long Micro, string Note, IReadOnlyList<FieldError> Mistakes)
{
    private const int LongestNote = 200;

    /// <summary>Checks what needs no other user.</summary>
    public static TransferForm Read(TransferRequest? request, string place)
    {
        List<FieldError> mistakes = [];
        void Mistake(string field, string message, string fix) => mistakes.Add(new FieldError(place + field, null, message, fix));
        if (Credits.Read(request?.Amount, out var amount) is { } wrong)
        {
            Mistake("amount", wrong.Message, wrong.Fix);
        }
        else if (amount.Micro == 0)
        {
            Mistake("amount", "The amount is zero.", "The smallest amount is 0.000001.");
        }

        if (string.IsNullOrWhiteSpace(request?.To))
        {
            Mistake("to", "Nobody is named to get the credits.", "Write a user's name or id.");
        }

        var note = request?.Note ?? "";
        if (note.Length > LongestNote || note.Any(char.IsControl))
        {
            Mistake("note", $"A note is one line of at most {LongestNote} characters.", "Shorten it.");
        }

        return new TransferForm(default, request?.To?.Trim() ?? "", amount.Micro, note, mistakes);
    }

    /// <summary>Fills in who is meant.</summary>
    /// <param name="giver">Who may not be meant; none where credits are made.</param>
    public TransferForm For(IReadOnlyDictionary<string, UserRow> users, Id<User>? giver, string place)
    {
        if (ToName.Length == 0)
        {
            return this;
        }

        if (!users.TryGetValue(ToName.ToLowerInvariant(), out var user))
        {
            return With(new FieldError(place + "to", null, $"There is no user named \"{ToName}\".", "Check the name; upper and lower case are the same."));
        }

        var found = this with { To = user.Key, ToName = user.Username };
        return user.Key == giver ? found.With(new FieldError(place + "to", null, "That is yourself.", "Name another user.")) : found;
    }

    /// <summary>The users that these texts name, by the text in lower case.</summary>
    public static IReadOnlyDictionary<string, UserRow> Users(Transaction tx, IEnumerable<TransferForm> forms)
    {
        var texts = forms.Select(form => form.ToName.ToLowerInvariant()).Where(text => text.Length > 0).Distinct(StringComparer.Ordinal).ToArray();
        var users = new Dictionary<string, UserRow>(StringComparer.Ordinal);
        foreach (var user in UserStore.Named(tx, texts))
        {
            users[user.Id] = user;
            users[user.Username.ToLowerInvariant()] = user;
        }

        return users;
    }

    public bool IsGood => Mistakes.Count == 0;

    public string Sentence => $"{Mistakes[0].Message} {Mistakes[0].Fix}".TrimEnd();

    /// <exception cref="ApiException">It has mistakes.</exception>
    public TransferForm Good() => IsGood ? this : throw new ApiException(422, "invalid", Sentence, Mistakes);

    /// <summary>The transfer that it asks for.</summary>
    public LedgerOrder Order(SignedIn giver, string? key, Share fee) =>
        new(key, LedgerAccounts.User(giver.User), LedgerAccounts.User(To), Micro, LedgerKinds.Transfer) { Note = Note, Actor = giver.User.ToString(), Fee = fee.Of(Micro) };

    public TransferModel Answer(LedgerReceipt receipt) => new(
        receipt.Number, receipt.At, ToName, new Credits(receipt.Micro).ToString(), new Credits(receipt.Fee).ToString(), Note.Length == 0 ? null : Note);

    private TransferForm With(FieldError mistake) => this with { Mistakes = [.. Mistakes, mistake] };
}
