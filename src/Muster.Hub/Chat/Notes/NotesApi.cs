using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Storage;

namespace Muster.Hub.Chat.Notes;

public sealed record NoteModel(string Id, string Text, DateTimeOffset At);

public sealed record NotesRemoved(int Removed);

/// <summary>What the assistant remembers, for its user to see and to delete.</summary>
internal static class NotesApi
{
    private const int MostListed = 200;

    public static void MapNotes(this IEndpointRouteBuilder routes)
    {
        var notes = routes.MapGroup("/api/v1/notes").Needing(Scopes.Ask).WithTags("Notes");
        notes.MapGet("", async Task<Ok<Page<NoteModel>>> (string? query, int? limit, string? after, Database database, HttpContext context) =>
        {
            var (user, count) = (User(context), Math.Clamp(limit ?? 50, 1, MostListed));
            return TypedResults.Ok(await database.ReadAsync(
                tx =>
                {
                    var found = NoteStore.Find(tx, user, query ?? "", count + 1, after is null ? null : NoteStore.Get(tx, user, after));
                    return new Page<NoteModel>([.. found.Take(count).Select(Model)], found.Count > count ? found[count - 1].Id : null);
                },
                context.RequestAborted));
        }).WithName("listNotes");
        notes.MapDelete("/{id}", async Task<NoContent> (string id, Database database, HttpContext context) =>
        {
            await database.WriteAsync(tx => NoteStore.Remove(tx, User(context), NoteStore.Get(tx, User(context), id).Id), context.RequestAborted);
            return TypedResults.NoContent();
        }).WithName("deleteNote");
        notes.MapDelete("", async Task<Ok<NotesRemoved>> (Database database, HttpContext context) =>
            TypedResults.Ok(new NotesRemoved(await database.WriteAsync(tx => NoteStore.RemoveAll(tx, User(context)), context.RequestAborted)))).WithName("deleteNotes");
    }

    private static NoteModel Model(Note note) => new(note.Id, note.Text, note.At);

    private static string User(HttpContext context) => context.Caller().User.ToString();
}
