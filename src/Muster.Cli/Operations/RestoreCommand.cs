using System.CommandLine;
using System.Globalization;
using Muster.Cli.Jobs;
using Muster.Cli.State;
using Muster.Hub;
using Muster.Hub.Operations;
using Muster.Storage;

namespace Muster.Cli.Operations;

internal sealed class RestoreCommand : MusterCommand
{
    private readonly Argument<string> _file = new Argument<string>("FILE") { Description = "An archive that muster backup wrote" }.NotEmpty();
    private readonly Option<bool> _force = new("--force") { Description = "Replace the hub that is there; a copy of its database stays beside it" };

    public RestoreCommand(CommandHost host)
        : base(host, "restore", """
            Put a backup into this home, with the hub stopped.

            The file is checked whole before anything is touched. It goes into hub.db, or into the PostgreSQL database of the
            setting "database"; a backup of the one can be restored into the other.

            Examples:
              muster restore muster.tar.gz && muster up
              muster restore muster.tar.gz --database postgres://muster:PASSWORD@db.example/muster
            """)
    {
        Add(_file);
        Add(_force);
        SettingOptions.AddTo(this, "database");
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(context.Parse.GetValue(_file)!, context.Surroundings.Directory);
        if (!File.Exists(path))
        {
            throw new CliException($"There is no file {path}.", ExitCode.NotFound);
        }

        var database = context.ValidConfiguration().TextOrNull("database");
        using var taken = HomeLock.TryTake(context.Home) ?? throw new CliException("The hub of this home runs. Stop it first, then restore.");
        try
        {
            var manifest = await HubRestore.RunAsync(
                new HubOptions { Home = context.Home.Path, Database = database, Urls = [], ProgramVersion = Invocation.Version, Time = context.Time },
                path, context.Parse.GetValue(_force), cancellationToken);
            context.Printer.Note($"The hub is as it was on {manifest.At.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} ({JobText.Count(manifest.Tables.Sum(table => table.Rows), "row")}, made by Muster {manifest.Program}). Start it with: muster up");
            return ExitCode.Ok;
        }
        catch (Exception failure) when (failure is StorageException or IOException or UnauthorizedAccessException)
        {
            throw new CliException(failure.Message);
        }
    }
}
