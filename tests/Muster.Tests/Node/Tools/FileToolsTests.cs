using System.Text;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Tools;

public sealed class FileToolsTests : IDisposable
{
    private readonly ToolBench _bench = new();

    [Fact]
    public async Task FileRead_LargeFile_IsCutAndSaysHowToGoOn()
    {
        _bench.Put("big", string.Concat(Enumerable.Range(1, 5000).Select(i => $"line {i}\n")));

        var text = await _bench.TextAsync("file_read", new { path = "big" });

        Encoding.UTF8.GetByteCount(text).ShouldBeLessThan(8200);
        text.ShouldStartWith("line 1\nline 2\n");
        text.ShouldContain("start_line=");
        var next = int.Parse(text.Split("start_line=")[1].Split(',')[0]);
        (await _bench.TextAsync("file_read", new { path = "big", start_line = next, end_line = next })).ShouldBe($"line {next}\n");
    }

    [Theory]
    [InlineData("""{"path":"f","start_line":2,"end_line":3}""", "b\nc\n")]
    [InlineData("""{"path":"f","start_line":4}""", "d")]
    [InlineData("""{"path":"f","tail":2}""", "c\nd")]
    [InlineData("""{"path":"f","tail":99}""", "a\nb\nc\nd")]
    [InlineData("""{"path":"f","max_bytes":3}""", "a\nb\n[Cut here: the file has 7 bytes. Go on with start_line=2, or a larger max_bytes.]")]
    public async Task FileRead_Ranges_AreExact(string arguments, string expected)
    {
        _bench.Put("f", "a\nb\nc\nd");

        (await _bench.TextAsync("file_read", JsonDocument.Parse(arguments).RootElement)).ShouldBe(expected);
    }

    [Fact]
    public async Task FileRead_CutInsideACharacter_LeavesItOut()
    {
        _bench.Put("f", "你好");

        (await _bench.TextAsync("file_read", new { path = "f", max_bytes = 5 })).ShouldStartWith("你\n[Cut");
    }

    [Theory]
    [InlineData(1, 100, 'x', "or a larger max_bytes.]")]
    [InlineData(2, 40_000, 'y', "cut -c 40001-80000`.]")]
    public async Task FileRead_ALineLongerThanFits_SaysSoAndHowToGoOn(int start, int most, char letter, string end)
    {
        _bench.Put("f", new string('x', 50_000) + "\n" + new string('y', 50_000) + "\n");

        var text = await _bench.TextAsync("file_read", new { path = "f", start_line = start, max_bytes = most });

        text.ShouldStartWith(new string(letter, most) + $"\n[Cut here: line {start} is longer than the {most} bytes that fit. Go on with a command: `sed -n {start}p \"f\" | cut -c {most + 1}-{2 * most}`");
        text.ShouldEndWith(end);
    }

    [Fact]
    public async Task FileRead_TheLastLineWithoutAnEnd_IsCounted()
    {
        _bench.Put("f", "a\nb");
        _bench.Put("one", "a");
        _bench.Put("none", "");

        (await _bench.ErrorAsync("file_read", new { path = "f", start_line = 9 })).ShouldBe("\"f\" has 2 lines; start_line is 9.");
        (await _bench.ErrorAsync("file_read", new { path = "one", start_line = 9 })).ShouldBe("\"one\" has 1 line; start_line is 9.");
        (await _bench.ErrorAsync("file_read", new { path = "none", start_line = 9 })).ShouldBe("\"none\" has 0 lines; start_line is 9.");
    }

    [Fact]
    public async Task FileRead_Trouble_IsASentence()
    {
        File.WriteAllBytes(Path.Combine(_bench.Work, "binary"), [1, 0, 2]);
        _bench.Put("f", "a\n");

        (await _bench.ErrorAsync("file_read", new { path = "binary" })).ShouldContain("not text");
        (await _bench.ErrorAsync("file_read", new { path = "none" })).ShouldBe("There is no \"none\".");
        (await _bench.ErrorAsync("file_read", new { path = "../home" })).ShouldContain("outside the working folder");
        (await _bench.ErrorAsync("file_read", new { path = "f", start_line = 9 })).ShouldContain("start_line is 9");
        (await _bench.ErrorAsync("file_read", new { path = "f", start_line = 9, end_line = 3 })).ShouldContain("before start_line");
    }

    [Fact]
    public async Task FileWrite_NewFolders_AreMadeAndAppendAdds()
    {
        await _bench.CallAsync("file_write", new { path = "a/b/c.txt", content = "one\n" });
        (await _bench.TextAsync("file_write", new { path = "a/b/c.txt", content = "二\n", append = true })).ShouldBe("Added 4 bytes to a/b/c.txt.");

        File.ReadAllText(Path.Combine(_bench.Work, "a/b/c.txt")).ShouldBe("one\n二\n");
    }

    [Fact]
    public async Task FileEdit_CrlfAndByteOrderMark_StayAsTheyWere()
    {
        var path = Path.Combine(_bench.Work, "f");
        File.WriteAllText(path, "one\r\ntwo\r\nthree\r\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        var result = await _bench.CallAsync("file_edit", new { path = "f", old_text = "one\ntwo", new_text = "1\n2\n2b" });

        File.ReadAllBytes(path).ShouldBe([0xef, 0xbb, 0xbf, .. "1\r\n2\r\n2b\r\nthree\r\n"u8]);
        result.Details!.Value.GetProperty("diff").GetString()
            .ShouldBe("--- f\n+++ f\n@@ -1,3 +1,4 @@\n-one\n-two\n+1\n+2\n+2b\n three\n");
    }

    [Fact]
    public async Task FileEdit_SeveralEdits_AllMatchTheOriginal()
    {
        _bench.Put("f", string.Concat(Enumerable.Range(1, 30).Select(i => $"l{i}.\n")));

        var result = await _bench.CallAsync("file_edit", new
        {
            path = "f",
            edits = new object[] { new { old_text = "l25.", new_text = "l2.\nnew" }, new { old_text = "l2.", new_text = "X" }, new { old_text = "l9.\n", new_text = "" } },
        });

        File.ReadAllText(Path.Combine(_bench.Work, "f")).ShouldStartWith("l1.\nX\nl3.");
        var diff = result.Details!.Value.GetProperty("diff").GetString()!;
        diff.ShouldContain("@@ -1,5 +1,5 @@\n l1.\n-l2.\n+X\n l3.\n");
        diff.ShouldContain("@@ -6,8 +6,7 @@\n");
        diff.ShouldContain("@@ -22,7 +21,8 @@\n");
        diff.ShouldContain("-l9.\n l10.\n");
        result.Details.Value.GetProperty("first_changed_line").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task FileEdit_NotUnique_SaysHowMany()
    {
        _bench.Put("f", "a b a");
        File.WriteAllBytes(Path.Combine(_bench.Work, "latin"), [0x61, 0xe9]);

        (await _bench.ErrorAsync("file_edit", new { path = "f", old_text = "a", new_text = "c" })).ShouldContain("2 times");
        (await _bench.ErrorAsync("file_edit", new { path = "f", old_text = "z", new_text = "c" })).ShouldContain("not in the file");
        (await _bench.ErrorAsync("file_edit", new { path = "f", old_text = "", new_text = "c" })).ShouldContain("empty");
        (await _bench.ErrorAsync("file_edit", new { path = "f", old_text = "b", new_text = "b" })).ShouldContain("nothing would change");
        (await _bench.ErrorAsync("file_edit", new { path = "f" })).ShouldContain("edits");
        (await _bench.ErrorAsync("file_edit", new { path = "latin", old_text = "a", new_text = "b" })).ShouldContain("not UTF-8");
        (await _bench.ErrorAsync("file_edit", new { path = "f", edits = new[] { new { old_text = "a b", new_text = "1" }, new { old_text = "b a", new_text = "2" } } }))
            .ShouldContain("overlap");
        await _bench.CallAsync("file_edit", new { path = "f", old_text = "a", new_text = "c", replace_all = true });
        File.ReadAllText(Path.Combine(_bench.Work, "f")).ShouldBe("c b c");
    }

    [Fact]
    public async Task FileList_Tree_IsBoundedByDepthAndHidesDotFiles()
    {
        _bench.Put("a/b/c/d", "x");
        _bench.Put("a/one.txt", new string('x', 2048));
        _bench.Put(".hidden", "");

        (await _bench.TextAsync("file_list", new { })).ShouldBe("a/\n  b/\n    c/\n  one.txt  2 KB");
        (await _bench.TextAsync("file_list", new { depth = 1, hidden = true })).ShouldBe(".hidden  0 B\na/");
        (await _bench.TextAsync("file_list", new { path = "a/one.txt" })).ShouldBe("a/one.txt  2 KB");
        (await _bench.ErrorAsync("file_list", new { path = ".." })).ShouldContain("outside");
    }

    [Fact]
    public async Task FileList_TooMany_SaysSo()
    {
        for (var i = 0; i < 1100; i++)
        {
            File.WriteAllText(Path.Combine(_bench.Work, $"f{i:0000}"), "");
        }

        var lines = (await _bench.TextAsync("file_list", new { })).Split('\n');

        lines.Length.ShouldBe(1001);
        lines[^1].ShouldContain("Only the first 1000");
    }

    [Fact]
    public async Task FileSearch_Text_FindsLinesAndSkipsWhatIsNotText()
    {
        _bench.Put("src/a.cs", "one\n// TODO: x\n");
        _bench.Put("src/b.ts", "// todo y\n");
        _bench.Put("node_modules/c.js", "TODO\n");
        _bench.Put(".git/config", "TODO\n");
        _bench.Put("binary", "TODO\0");

        (await _bench.TextAsync("file_search", new { query = "TODO" })).ShouldBe("src/a.cs:2: // TODO: x\nsrc/b.ts:1: // todo y");
        (await _bench.TextAsync("file_search", new { query = "TODO", case_sensitive = true })).ShouldBe("src/a.cs:2: // TODO: x");
        (await _bench.TextAsync("file_search", new { query = "todo", glob = "*.{ts,js}" })).ShouldBe("src/b.ts:1: // todo y");
        (await _bench.TextAsync("file_search", new { query = "^one$", regex = true, glob = "src/**/*.cs" })).ShouldBe("src/a.cs:1: one");
        (await _bench.TextAsync("file_search", new { query = "todo", max_results = 1 })).ShouldContain("Stopped after 1 hits");
        (await _bench.TextAsync("file_search", new { query = "absent" })).ShouldStartWith("Nothing found in 2 files");
    }

    [Fact]
    public async Task FileSearch_EmptyQueryWithAGlob_FindsNames()
    {
        _bench.Put("Shopping.txt", "");
        _bench.Put("sub/a.py", "\0");
        _bench.Put("sub/deep/b.py", "x");
        _bench.Put("node_modules/c.py", "x");

        (await _bench.TextAsync("file_search", new { query = "", glob = "*.py" })).ShouldBe("sub/a.py\nsub/deep/b.py");
        (await _bench.TextAsync("file_search", new { query = "", glob = "*.py", path = "sub/deep" })).ShouldBe("sub/deep/b.py");
        (await _bench.TextAsync("file_search", new { query = "", glob = "shopping.*" })).ShouldBe("Shopping.txt");
        (await _bench.TextAsync("file_search", new { query = "", glob = "shopping.*", case_sensitive = true })).ShouldBe("Nothing found in 3 files.");
        (await _bench.TextAsync("file_search", new { query = "", glob = "*ee*" })).ShouldBe("sub/deep/");
        (await _bench.ErrorAsync("file_search", new { query = "" })).ShouldContain("give a glob");
        (await _bench.ErrorAsync("file_search", new { query = "", glob = "*", path = "Shopping.txt" })).ShouldContain("name a folder");
    }

    [Fact]
    public async Task FileSearch_HardPattern_EndsOrIsRefused()
    {
        _bench.Put("f", new string('a', 100_000) + "!");

        (await _bench.TextAsync("file_search", new { query = "(a+)+$", regex = true })).ShouldContain("Nothing found");
        (await _bench.ErrorAsync("file_search", new { query = "(a)\\1", regex = true })).ShouldContain("refers back");
        (await _bench.ErrorAsync("file_search", new { query = "(", regex = true })).ShouldContain("cannot be used");
    }

    [Fact]
    public async Task FileOps_OlderName_DoesWhatTodaysToolsDo()
    {
        _bench.Put("f", "hello");

        (await _bench.TextAsync("file_ops", new { action = "read", path = "f" })).ShouldBe("hello");
        (await _bench.TextAsync("file_ops", new { action = "list" })).ShouldBe("f  5 B");
        (await _bench.TextAsync("file_ops", new { action = "search", query = "ell" })).ShouldBe("f:1: hello");
        (await _bench.ErrorAsync("file_ops", new { action = "send", path = "f" })).ShouldContain("read, list and search");
        _bench.Tools.Where(tool => tool.Listed).ShouldNotContain(tool => tool.Name == "file_ops");
    }

    public void Dispose() => _bench.Dispose();
}
