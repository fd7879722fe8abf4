using System.CommandLine;
using Muster.Cli.Jobs;
using Muster.Cli.State;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Hub;
using Muster.Hub.Operations;
using Muster.Storage;
using Muster.Storage.Backup;

namespace Muster.Cli.Operations;

internal sealed class BackupCommand : MusterCommand
{
    private readonly Argument<string> _file = new Argument<string>("FILE") { Description = "The archive to write, such as muster.tar.gz; one of that name is replaced" }.NotEmpty();

    public BackupCommand(CommandHost host)
        : base(host, "backup", """
            Write all that the hub keeps to one file: accounts, machines, conversations, its certificate, artifacts.

            The hub may go on running meanwhile. The file holds secrets: it is readable by you alone, keep it so. muster.yaml and
            .env are not in it.

            Examples:
              muster backup muster.tar.gz
              muster backup /mnt/nas/muster-$(date +%F).tar.gz
            """)
    {
        Add(_file);
        SettingOptions.AddTo(this);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(context.Parse.GetValue(_file)!, context.Surroundings.Directory);
        if (Directory.Exists(path) || !Directory.Exists(Path.GetDirectoryName(path)))
        {
            throw new CliException($"{path} cannot be written: name a file in a folder that there is.", ExitCode.Usage);
        }

        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            await using (var file = PrivateFiles.Create(temporary))
            {
                await WriteAsync(context, file, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            var manifest = await Task.Run(() => BackupReader.Open(temporary).Manifest, cancellationToken);
            File.Move(temporary, path, overwrite: true);
            Tell(context, path, manifest);
            return ExitCode.Ok;
        }
        catch (Exception failure) when (failure is StorageException or IOException or UnauthorizedAccessException)
        {
            throw new CliException(failure.Message);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>The hub that runs does it itself; else the home is opened, or the hub that was logged in to is asked.</summary>
    private static async Task WriteAsync(CommandContext context, Stream file, CancellationToken cancellationToken)
    {
        var database = context.Configuration.TextOrNull("database");
        if (!HomeLock.IsHeld(context.Home) && (database is not null || File.Exists(context.Home.HubDatabase)))
        {
            using var taken = HomeLock.TryTake(context.Home) ?? throw CliException.NoHub("Another command holds this home's lock.");
            using var backup = await HubBackup.OpenAsync(
                new HubOptions { Home = context.Home.Path, Database = database, Urls = [], ProgramVersion = Invocation.Version, Time = context.Time }, cancellationToken);
            await backup.WriteAsync(file, cancellationToken);
            return;
        }

        await using var hub = HubConnection.Open(context);
        await hub.Client.Backups.WriteAsync(file, cancellationToken);
    }

    private static void Tell(CommandContext context, string path, BackupManifest manifest)
    {
        var files = manifest.Entries.Count(entry => !entry.Name.StartsWith("rows/", StringComparison.Ordinal));
        var line = new BackupLine(path, new FileInfo(path).Length, manifest.Program, manifest.At, manifest.Tables.Sum(table => table.Rows), files);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, line);
        }
        else
        {
            context.Printer.Note($"{path}: {JobText.Count(line.Rows, "row")} and {JobText.Count(line.Files, "file")} of Muster {line.Version}, {JobText.Size(line.Bytes)}.");
        }
    }
}
