using System.Text.Json;
using Muster.Agents.Tools;
using Muster.Node.Compute.Agents;
using Muster.Node.Folders;
using Muster.Protocol.Ids;
using Muster.Protocol.Wire;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Compute;

/// <summary>What goes into and out of the working folder for an agent's task.</summary>
public sealed class TaskFilesTests : IDisposable
{
    private readonly TemporaryFolder _home = new();
    private readonly string _job = Id<Job>.New(TimeProvider.System).ToString();
    private readonly List<string> _said = [];
    private readonly TaskFiles _files;

    public TaskFilesTests()
    {
        var folder = new ConfinedFolder(Path.Combine(_home.Path, "work"), Path.Combine(_home.Path, "muster"), _home.Path);
        _files = new TaskFiles(folder, new Work { JobId = _job, Step = "sum", Outputs = { "**" }, ArrayCount = 1 }, new Lease { Ref = new AttemptRef { Job = 1, Attempt = 1 } });
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Own => Path.Combine(_home.Path, "work", "tasks", Id<Job>.Parse(_job).Short, "sum");

    private string Out => Path.Combine(_home.Path, "out");

    [Fact]
    public async Task Inputs_LieInItsFolder_AndAreGoneAfterIt_WithWhatItWroteLeft()
    {
        Write(Path.Combine(_home.Path, "fetched", "fetch", "data.csv"), "1,2");

        await _files.BringAsync(Path.Combine(_home.Path, "fetched"), Cancel);
        (await File.ReadAllTextAsync(Path.Combine(Own, "inputs", "fetch", "data.csv"), Cancel)).ShouldBe("1,2");
        _files.Note.ShouldContain("/sum/inputs/fetch/data.csv (3 B)");
        Write(Path.Combine(Own, "report.md"), "three");
        await _files.GatherAsync(Out, _said.Add, Cancel);
        _files.Clear(_said.Add);

        Directory.EnumerateFiles(Out, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Out, file)).ShouldBe(["report.md"]);
        Directory.EnumerateFileSystemEntries(Own).Select(Path.GetFileName).ShouldBe(["report.md"]);
        _said.ShouldBeEmpty();
    }

    [Fact]
    public async Task Link_InItsFolder_IsNotHandedOn()
    {
        Write(Path.Combine(_home.Path, "secret"), "key");
        Directory.CreateDirectory(Own);
        File.CreateSymbolicLink(Path.Combine(Own, "link"), Path.Combine(_home.Path, "secret"));
        Saw("tasks/../../secret");

        await _files.GatherAsync(Out, _said.Add, Cancel);

        Directory.EnumerateFileSystemEntries(Out).ShouldBeEmpty();
    }

    [Fact]
    public async Task Files_BeyondTheBound_StayAndAreSaid()
    {
        for (var file = 0; file <= TaskFiles.MostFiles; file++)
        {
            Write(Path.Combine(Own, $"{file:000}.txt"), "x");
        }

        await _files.GatherAsync(Out, _said.Add, Cancel);

        Directory.EnumerateFiles(Out).Count().ShouldBe(TaskFiles.MostFiles);
        _said.ShouldHaveSingleItem().ShouldStartWith("\"100.txt\" is not handed on: 100 files and 256 MB");
    }

    [Fact]
    public async Task File_ThatItWroteElsewhere_IsHandedOnByItsPath_AsItIsAtTheEnd()
    {
        Write(Path.Combine(_home.Path, "work", "notes", "a.txt"), "a");
        Saw("notes/a.txt");
        Saw("./notes/a.txt");
        Saw("gone.txt");
        Write(Path.Combine(_home.Path, "work", "other.txt"), "not of this task");

        await _files.GatherAsync(Out, _said.Add, Cancel);

        Directory.EnumerateFiles(Out, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Out, file)).ShouldBe([Path.Combine("notes", "a.txt")]);
        _said.ShouldBeEmpty();
    }

    public void Dispose() => _home.Dispose();

    private void Saw(string path) => _files.Saw("file_write", new ToolCall("call", "file_write", JsonSerializer.SerializeToElement(new { path, content = "" }), _ => { }));

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
