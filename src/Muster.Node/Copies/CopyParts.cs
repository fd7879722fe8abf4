using Microsoft.Extensions.Logging;
using Muster.Agents.Tools;
using Muster.Node.Folders;
using Muster.Storage;

namespace Muster.Node.Copies;

/// <summary>Remembers each file that is not whole, so that one that a crash left is removed at the next start.</summary>
internal sealed partial class CopyParts(Database database, ConfinedFolder folder, ILogger logger)
{
    public Task AddAsync(string path, string temporary, CancellationToken cancel) => database.WriteAsync(
        tx => tx.Execute("insert into copy_parts (temporary, path) values (@temporary, @path) on conflict (temporary) do update set path = excluded.path", new { temporary, path }), cancel);

    public Task ForgetAsync(string temporary) => database.WriteAsync(tx => tx.Execute("delete from copy_parts where temporary = @temporary", new { temporary }));

    /// <summary>Before any copy can begin.</summary>
    public async Task ClearAsync(CancellationToken cancel)
    {
        foreach (var (temporary, path) in await database.ReadAsync(tx => tx.Query<(string, string)>("select temporary, path from copy_parts"), cancel))
        {
            try
            {
                folder.Discard(path, temporary);
            }
            catch (ToolException refused)
            {
                LogLeft(logger, temporary, refused.Message);
            }

            await ForgetAsync(temporary);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A part of a copy, {Temporary}, may still be in the working folder: {Why}")]
    private static partial void LogLeft(ILogger logger, string temporary, string why);
}
