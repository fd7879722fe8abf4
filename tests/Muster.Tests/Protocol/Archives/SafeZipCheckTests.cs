using System.IO.Compression;
using System.Text;
using Muster.Protocol.Archives;
using Shouldly;
using Xunit;

namespace Muster.Tests.Protocol.Archives;

/// <summary>Archives that are made to harm, each refused before anything is unpacked.</summary>
public sealed class SafeZipCheckTests
{
    private const int Link = 0xa1ff;
    private static readonly ArchiveLimits _limits = new();

    [Theory]
    [InlineData("../evil", "leads out")]
    [InlineData("a/../../evil", "leads out")]
    [InlineData("a/..", "leads out")]
    [InlineData("/etc/passwd", "absolute")]
    [InlineData("C:/Windows/x", "absolute")]
    [InlineData("c:x", "absolute")]
    [InlineData("..\\evil", "backslash")]
    [InlineData("a\\..\\b", "backslash")]
    [InlineData("\\\\server\\share", "absolute")]
    [InlineData("a//b", "empty part")]
    [InlineData("./a", "part \".\"")]
    [InlineData("a/./b", "part \".\"")]
    [InlineData("", "empty")]
    [InlineData("/", "absolute")]
    [InlineData("a\0b", "not printable")]
    [InlineData("a\nb", "not printable")]
    [InlineData("a\u001b[2Jb", "not printable")]
    [InlineData("a\u0085b", "not printable")]
    [InlineData("NUL", "device")]
    [InlineData("a/con.txt", "device")]
    [InlineData("COM1", "device")]
    [InlineData("lpt9.log/x", "device")]
    [InlineData("file:stream", "Windows")]
    [InlineData("a.", "Windows")]
    [InlineData("a /b", "Windows")]
    [InlineData("what?", "Windows")]
    public void Name_ThatLeadsElsewhere_IsRefused(string name, string message) => Refused(new CraftedZip().Add("ok").Add(name)).ShouldContain(message);

    [Fact]
    public void Name_TooLong_IsRefused()
    {
        Refused(new CraftedZip().Add(new string('x', 256))).ShouldContain("255 bytes");
        Refused(new CraftedZip().Add(string.Join('/', Enumerable.Repeat("abcdefgh", 120)))).ShouldContain("1024 bytes");
        Refused(new CraftedZip().Add(string.Join('/', Enumerable.Repeat("a", 34)))).ShouldContain("folders deep");
    }

    [Fact]
    public void Name_NotUtf8_IsRefused()
    {
        Refused(new CraftedZip().Add(new CraftedEntry("x") { RawName = [0xc4, 0xe3], Flags = 0 })).ShouldContain("not named in UTF-8");
        Refused(new CraftedZip().Add(new CraftedEntry("x") { RawName = [(byte)'a', 0xc0, 0xaf, (byte)'b'] })).ShouldContain("though it says so");
    }

    [Theory]
    [InlineData("a", "a", "twice")]
    [InlineData("a", "A", "upper and lower case")]
    [InlineData("a/x", "A/y", "upper and lower case")]
    [InlineData("straße", "STRASSE2/../a", "leads out")]
    [InlineData("a", "a/b", "a file and a folder")]
    [InlineData("a/b", "a", "a file and a folder")]
    [InlineData("a/", "a", "a file and a folder")]
    [InlineData("Ä", "ä", "upper and lower case")]
    public void Names_InEachOthersWay_AreRefused(string first, string second, string message) =>
        Refused(new CraftedZip().Add(first, first.EndsWith('/') ? "" : "x").Add(second)).ShouldContain(message);

    [Fact]
    public void Entry_ASymbolicLinkAndAFileThroughIt_IsRefused() =>
        Refused(new CraftedZip().Add(new CraftedEntry("dir") { Content = "/etc"u8.ToArray(), Mode = Link }).Add("dir/passwd")).ShouldContain("symbolic link");

    [Theory]
    [InlineData(0x1180)] // pipe
    [InlineData(0x2180)] // character device
    [InlineData(0x6180)] // block device
    [InlineData(0xc180)] // socket
    public void Entry_ADeviceOrPipe_IsRefused(int mode) => Refused(new CraftedZip().Add(new CraftedEntry("x") { Mode = mode })).ShouldContain("neither a file nor a folder");

    [Fact]
    public void Entry_EncryptedOrStrange_IsRefused()
    {
        Refused(new CraftedZip().Add(new CraftedEntry("x") { Flags = 0x0801 })).ShouldContain("encrypted");
        Refused(new CraftedZip().Add(new CraftedEntry("x") { Method = 12 })).ShouldContain("not supported");
        Refused(new CraftedZip().Add(new CraftedEntry("x") { Flags = 0x0820 })).ShouldContain("not supported");
        Refused(new CraftedZip().Add(new CraftedEntry("x") { SaysSize = 5 })).ShouldContain("size that cannot be");
        Refused(new CraftedZip().Add("folder/", "bytes")).ShouldContain("size that cannot be");
        Refused(new CraftedZip().Add(new CraftedEntry("x") { Mode = 0x41ed, Content = [] })).ShouldContain("marked as a folder");
    }

    [Fact]
    public void Entry_ABombByItsRatio_IsRefused() =>
        Refused(new CraftedZip().Add(new CraftedEntry("zeros") { Content = new byte[8 << 20], Deflate = true })).ShouldContain("250 times");

    [Fact]
    public void Entries_TooLargeTogether_AreRefused()
    {
        var zip = new CraftedZip();
        for (var i = 0; i < 3; i++)
        {
            zip.Add(new CraftedEntry($"big{i}") { SaysSize = 900_000_000, SaysPacked = 90_000_000, Method = 8 });
        }

        Refused(zip).ShouldContain("2,147,483,648 bytes");
    }

    [Fact]
    public void Entries_TooMany_AreRefused() => Refused(new CraftedZip { SaysCount = 10_001 }.Add("x")).ShouldContain("10,001 entries");

    [Fact]
    public void Entries_AMillion_AreRefusedByTheirCount()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < 70_000; i++)
            {
                zip.CreateEntry($"f{i}");
            }
        }

        Should.Throw<ArchiveException>(() => SafeZip.Check(stream, _limits)).Message.ShouldContain("70,000 entries"); // more than 16 bits hold
    }

    [Fact]
    public void Entries_Overlapping_AreRefused()
    {
        var shared = new CraftedEntry("a") { Content = new byte[100] };

        Refused(new CraftedZip().Add(shared).Add(shared with { Name = "b", SaysOffset = 0, NoData = true, LocalName = "a" })).ShouldContain("described in two ways");
        Refused(new CraftedZip().Add(new CraftedEntry("a") { Content = Inner("b"), SaysPacked = null }).Add(new CraftedEntry("b") { SaysOffset = 31, NoData = true })).ShouldContain("overlaps");
    }

    [Fact]
    public void Directory_ThatLies_IsRefused()
    {
        Refused(new CraftedZip { SaysCount = 2 }.Add("x")).ShouldContain("fewer entries than it says");
        Refused(new CraftedZip { SaysCount = 1 }.Add("x").Add("y")).ShouldContain("more in it than it says");
        Refused(new CraftedZip { DirectoryShift = -1 }.Add("x")).ShouldContain("not where its end says");
        Refused(new CraftedZip().Add(new CraftedEntry("x") { SaysOffset = 5_000 })).ShouldContain("not where the directory says");
        Refused(new CraftedZip().Add(new CraftedEntry("x") { SaysOffset = 3 }).Add("y")).ShouldContain("not where the directory says");
        Refused(new CraftedZip().Add(new CraftedEntry("safe") { LocalName = "evil" })).ShouldContain("described in two ways");
        Refused(new CraftedZip().Add(new CraftedEntry("x") { LocalSize = 9 })).ShouldContain("described in two ways");
        Refused(new CraftedZip { Before = new byte[10] }.Add(new CraftedEntry("x") { SaysOffset = 0 })).ShouldContain("not where the directory says");
    }

    [Fact]
    public void End_ThatIsNone_IsRefused()
    {
        Refused(new CraftedZip { Behind = new byte[5] }.Add("x")).ShouldContain("not a ZIP file");
        Should.Throw<ArchiveException>(() => SafeZip.Check(new MemoryStream(), _limits)).Message.ShouldContain("not a ZIP file");
        Should.Throw<ArchiveException>(() => SafeZip.Check(new MemoryStream("PK"u8.ToArray()), _limits)).Message.ShouldContain("not a ZIP file");
        var whole = new CraftedZip().Add("x").Add("y").Build().ToArray();
        for (var length = 0; length < whole.Length; length++)
        {
            Should.Throw<ArchiveException>(() => SafeZip.Check(new MemoryStream(whole, 0, length), _limits));
        }
    }

    [Fact]
    public void End_TwoOfThem_IsRefused()
    {
        // A second end inside of the first one's comment, which another program might take for the real one.
        byte[] second = [0x50, 0x4b, 5, 6, .. new byte[18]];

        Refused(new CraftedZip { Comment = second }.Add("x")).ShouldContain("two ends");
    }

    [Fact]
    public void Comment_AsLongAsItCanBe_DoesNoHarm() => Paths(new CraftedZip { Comment = new byte[ushort.MaxValue] }.Add("x")).ShouldBe(["x"]);

    [Fact]
    public void Bytes_FlippedOneByOne_NeverBreakTheCheck()
    {
        var whole = new CraftedZip().Add("a/b", "hello").Add(new CraftedEntry("c") { Deflate = true, Content = new byte[500] }).Build().ToArray();
        for (var at = 0; at < whole.Length; at++)
        {
            foreach (var value in new byte[] { 0, 1, 0x7f, 0x80, 0xff })
            {
                var bytes = whole.ToArray();
                bytes[at] = value;
                Should.NotThrow(() => Tried(bytes), $"byte {at} = {value}");
            }
        }
    }

    [Fact]
    public void Archive_OfAnHonestProgram_IsTaken()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            zip.CreateEntry("ordner/");
            using var file = zip.CreateEntry("ordner/数据.txt").Open();
            file.Write(Encoding.UTF8.GetBytes("hello hello hello"));
        }

        var contents = SafeZip.Check(stream, _limits);

        contents.Entries.Select(entry => (entry.Path, entry.Size)).ShouldBe([("ordner/", 0), ("ordner/数据.txt", 17)]);
        contents.Bytes.ShouldBe(17);
    }

    [Fact]
    public void Names_OnlyWindowsMinds_AreTakenWhereTheyMay() =>
        SafeZip.Check(new CraftedZip().Add("12:30.log").Add("aux").Build(), new ArchiveLimits { PortableNames = false }).Entries.Count.ShouldBe(2);

    private static byte[] Inner(string name)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        new CraftedEntry(name).WriteLocal(writer);
        writer.Flush();
        return stream.ToArray();
    }

    private static bool Tried(byte[] bytes)
    {
        try
        {
            return SafeZip.Check(new MemoryStream(bytes), _limits).Entries.Count > 0;
        }
        catch (ArchiveException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Paths(CraftedZip zip) => SafeZip.Check(zip.Build(), _limits).Entries.Select(entry => entry.Path);

    private static string Refused(CraftedZip zip) => Should.Throw<ArchiveException>(() => SafeZip.Check(zip.Build(), _limits)).Message;
}
