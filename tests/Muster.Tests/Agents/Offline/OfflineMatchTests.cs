using System.Text.Json.Nodes;
using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Agents.Offline;
using Muster.Tests.Agents.Providers;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Offline;

/// <summary>Which call a message leads to, when every tool is offered.</summary>
public sealed class OfflineMatchTests
{
    private static readonly string[] Tools =
        ["shell", "system", "file_read", "file_list", "file_search", "file_write", "memory_read", "memory_write", "nodes", "schedule", "web"];

    private static async Task<string?> CallAsync(string message)
    {
        var request = new ModelRequest("", [Asked.User(message)], [.. Tools.Select(Asked.Tool)], ModelSettings.Default);
        var heard = await OfflineModel.Create(TimeProvider.System).AskAsync(request);
        heard.ShouldBeWellFormed();
        return heard.Message.ToolCalls.Select(call => $"{call.Name} {call.Arguments.GetRawText()}").SingleOrDefault();
    }

    [Theory]
    [InlineData("run date on nas", "date")]
    [InlineData("ask nas to run uname -r", "uname -r")]
    [InlineData("让 nas 运行 uname -r", "uname -r")]
    [InlineData("nas 上运行 date", "date")]
    [InlineData("$ echo on nas", "echo on nas")]
    [InlineData("$ echo on pi", "echo on pi")]
    [InlineData("run: echo on pi", "echo on pi")]
    [InlineData("run `echo on pi`", "echo on pi")]
    public async Task Command_ToTheMachineItself_IsRunWithoutItsName(string message, string command)
    {
        var request = new ModelRequest("", [Asked.User(message)], [Asked.Tool("shell")], ModelSettings.Default);

        var heard = await OfflineModel.Create(TimeProvider.System, "nas").AskAsync(request);

        heard.Message.ToolCalls.Single().Arguments.GetProperty("command").GetString().ShouldBe(command);
    }

    [Theory]
    [InlineData("run rm -r build on qnap", "Nothing was run: `on qnap` would have become a part of the command, and this machine is nas. If you meant a machine, `/nodes` lists those there are; if it belongs to the command, write `$ rm -r build on qnap`.")]
    [InlineData("can you run ./backup.sh on friday?", "Nothing was run: `on friday` would have become")]
    [InlineData("运行 rm -r build on qnap", "没有运行任何命令：末尾的 `on qnap` 会变成命令的一部分，而这台机器是 nas。")]
    public async Task Command_ToSomewhereElse_IsNotRunHere(string message, string answer)
    {
        var request = new ModelRequest("", [Asked.User(message)], [Asked.Tool("shell")], ModelSettings.Default);

        var heard = await OfflineModel.Create(TimeProvider.System, "nas").AskAsync(request);

        heard.Message.ToolCalls.ShouldBeEmpty();
        heard.Message.Text.ShouldStartWith(answer);
        heard.Message.StopReason.ShouldBe(StopReason.Unable);
    }

    private static async Task ShouldCallAsync(string message, string tool, string arguments)
    {
        var call = await CallAsync(message);
        call.ShouldNotBeNull($"nothing matched: {message}");
        call.Split(' ', 2)[0].ShouldBe(tool, message);
        JsonNode.DeepEquals(
            JsonNode.Parse(call.Split(' ', 2)[1]), JsonNode.Parse(arguments)).ShouldBeTrue($"{message} → {call}");
    }

    [Theory]
    [InlineData("time", "what time is it?", "What's the time", "what is the date today?", "what day is it", "tell me the time please", "Can you tell me what time it is?", "current time", "现在几点了？", "几点了", "今天几号", "今天星期几？", "what time is it in Tokyo?", "what time is it in Asia/Tokyo", "Paris time", "东京现在几点", "现在伦敦几点", "北京时间", "现在是什么时间", "看看时间")]
    [InlineData("disk", "how much disk is free?", "How much disk space is left?", "how much free disk space do I have", "disk usage", "what's the disk usage?", "show me the disk space", "is the disk full?", "is there enough disk space left?", "how much storage is available on this machine?", "check disk", "free space", "how much space is left?", "am I running out of disk space?", "how full is the disk", "please check the disk", "磁盘还剩多少", "磁盘还剩多少？", "硬盘空间还有多少", "还有多少磁盘空间？", "磁盘空间够不够", "查看磁盘使用情况", "请帮我看看磁盘空间", "硬盘满了吗", "这台机器的磁盘还剩多少空间", "剩余磁盘空间", "磁盘用了多少", "df", "df -h", "how big is the disk?", "how big is my hard drive", "disk size", "磁盘有多大")]
    [InlineData("disk", "on nas: how much disk is free?", "@nas how much disk is free?", "how much disk is free on nas?", "在 nas 上磁盘还剩多少？", "in home-pc: disk usage", "how much disk is free @nas")]
    [InlineData("memory", "how much memory is free?", "memory usage", "how much RAM do I have?", "what's the memory usage right now?", "show memory", "is there enough memory?", "how much memory is being used", "内存还剩多少", "内存使用情况", "查看内存", "还有多少内存", "内存用了多少？", "现在内存够吗")]
    [InlineData("load", "cpu load", "what's the load?", "how busy is the CPU?", "what is the cpu usage", "show me the load average", "is the cpu busy", "how busy is this machine?", "CPU使用率", "现在CPU负载高吗", "系统负载怎么样", "查看CPU占用", "cpu usage", "is the machine busy?", "is this machine very busy", "CPU 使用率", "机器忙吗", "这台机器现在忙吗？")]
    [InlineData("uptime", "uptime", "how long has this machine been up?", "how long have you been running?", "when was this machine rebooted?", "what's the uptime", "开机多久了", "这台机器运行了多久", "系统运行时间", "机器什么时候启动的", "when was the last reboot?", "last reboot")]
    [InlineData("processes", "list processes", "what processes are running?", "show me the top processes", "which process is using the most cpu?", "what's using the cpu?", "what is using the CPU?", "ps", "top", "有哪些进程", "查看进程", "正在运行的程序", "哪个进程占用CPU最多", "top processes", "谁在占用 CPU", "哪个进程占用 CPU 最多？", "什么占内存最多")]
    [InlineData("all", "system status", "how is the machine doing?", "show system info", "status", "系统状态", "查看系统信息", "机器状态怎么样")]
    public async Task System_AskedInManyWays_AsksTheSystemTool(string section, params string[] messages)
    {
        List<string> wrong = [];
        foreach (var message in messages)
        {
            var call = await CallAsync(message);
            if (call != $$"""system {"section":"{{section}}"}""")
            {
                wrong.Add($"{message} → {call ?? "nothing"}");
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("list files in src", """{"path":"src","depth":1}""")]
    [InlineData("List the files", """{"path":".","depth":1}""")]
    [InlineData("list files", """{"path":".","depth":1}""")]
    [InlineData("show me all files in the folder docs", """{"path":"docs","depth":1}""")]
    [InlineData("list the contents of the src/app directory", """{"path":"src/app","depth":1}""")]
    [InlineData("list files in \"my photos\"", """{"path":"my photos","depth":1}""")]
    [InlineData("list files in the current folder", """{"path":".","depth":1}""")]
    [InlineData("what files are in src?", """{"path":"src","depth":1}""")]
    [InlineData("what's in the folder docs?", """{"path":"docs","depth":1}""")]
    [InlineData("what is in src/lib/?", """{"path":"src/lib/","depth":1}""")]
    [InlineData("what files are here?", """{"path":".","depth":1}""")]
    [InlineData("ls", """{"path":".","depth":1}""")]
    [InlineData("ls src", """{"path":"src","depth":1}""")]
    [InlineData("ls -la", """{"path":".","depth":1,"hidden":true}""")]
    [InlineData("ls -l src", """{"path":"src","depth":1}""")]
    [InlineData("find all files in src", """{"path":"src","depth":1}""")]
    [InlineData("查看文件列表", """{"path":".","depth":1}""")]
    [InlineData("列出目录 sub", """{"path":"sub","depth":1}""")]
    [InlineData("看看 sub 里有什么", """{"path":"sub","depth":1}""")]
    [InlineData("显示文件夹 sub 的内容", """{"path":"sub","depth":1}""")]
    [InlineData("列出文件", """{"path":".","depth":1}""")]
    [InlineData("列出 src 目录下的文件", """{"path":"src","depth":1}""")]
    [InlineData("列出src里的所有文件", """{"path":"src","depth":1}""")]
    [InlineData("查看当前目录的文件", """{"path":".","depth":1}""")]
    [InlineData("docs 里有什么文件？", """{"path":"docs","depth":1}""")]
    [InlineData("当前目录下有哪些文件", """{"path":".","depth":1}""")]
    public Task List_Asked_ListsTheFolder(string message, string arguments) => ShouldCallAsync(message, "file_list", arguments);

    [Theory]
    [InlineData("read README.md", """{"path":"README.md"}""")]
    [InlineData("Please read the file notes.txt.", """{"path":"notes.txt"}""")]
    [InlineData("cat /etc/hosts", """{"path":"/etc/hosts"}""")]
    [InlineData("show me src/main.c", """{"path":"src/main.c"}""")]
    [InlineData("show me the contents of Makefile", """{"path":"Makefile"}""")]
    [InlineData("open \"my notes.txt\"", """{"path":"my notes.txt"}""")]
    [InlineData("read my file.txt", """{"path":"my file.txt"}""")]
    [InlineData("what's in notes.txt?", """{"path":"notes.txt"}""")]
    [InlineData("show me the last 50 lines of app.log", """{"path":"app.log","tail":50}""")]
    [InlineData("read the last line of app.log", """{"path":"app.log","tail":20}""")]
    [InlineData("tail app.log", """{"path":"app.log","tail":20}""")]
    [InlineData("tail -n 5 app.log", """{"path":"app.log","tail":5}""")]
    [InlineData("show the first 10 lines of a.txt", """{"path":"a.txt","start_line":1,"end_line":10}""")]
    [InlineData("show me lines 5-9 of a.txt", """{"path":"a.txt","start_line":5,"end_line":9}""")]
    [InlineData("show line 7 of a.txt", """{"path":"a.txt","start_line":7,"end_line":7}""")]
    [InlineData("读取 README.md", """{"path":"README.md"}""")]
    [InlineData("读一下 notes.txt 的内容", """{"path":"notes.txt"}""")]
    [InlineData("打开文件 Makefile", """{"path":"Makefile"}""")]
    [InlineData("notes.txt 里写了什么", """{"path":"notes.txt"}""")]
    [InlineData("查看 app.log 的最后 50 行", """{"path":"app.log","tail":50}""")]
    [InlineData("显示最后20行 app.log", """{"path":"app.log","tail":20}""")]
    [InlineData("app.log 的前 10 行", """{"path":"app.log","start_line":1,"end_line":10}""")]
    [InlineData("查看 a.txt 第 5 到 9 行", """{"path":"a.txt","start_line":5,"end_line":9}""")]
    public Task Read_Asked_ReadsTheFile(string message, string arguments) => ShouldCallAsync(message, "file_read", arguments);

    [Theory]
    [InlineData("find TODO in src", """{"query":"TODO","path":"src"}""")]
    [InlineData("search for \"hello world\" in docs", """{"query":"hello world","path":"docs"}""")]
    [InlineData("grep main", """{"query":"main","path":"."}""")]
    [InlineData("which files contain TODO?", """{"query":"TODO","path":"."}""")]
    [InlineData("search src for connection string", """{"query":"connection string","path":"src"}""")]
    [InlineData("where is \"Foo\" defined?", """{"query":"Foo","path":"."}""")]
    [InlineData("find files containing milk", """{"query":"milk","path":"."}""")]
    [InlineData("list all files that contain \"two words\" in src", """{"query":"two words","path":"src"}""")]
    [InlineData("search for milk", """{"query":"milk","path":"."}""")]
    [InlineData("search for buy milk", """{"query":"buy milk","path":"."}""")]
    [InlineData("find shopping.txt", """{"query":"","glob":"shopping.txt","path":"."}""")]
    [InlineData("find shopping.txt in sub", """{"query":"","glob":"shopping.txt","path":"sub"}""")]
    [InlineData("find the file notes.md", """{"query":"","glob":"notes.md","path":"."}""")]
    [InlineData("find files named shopping", """{"query":"","glob":"*shopping*","path":"."}""")]
    [InlineData("find files called \"my notes\" in docs", """{"query":"","glob":"*my notes*","path":"docs"}""")]
    [InlineData("where is shopping.txt?", """{"query":"","glob":"shopping.txt","path":"."}""")]
    [InlineData("where is my shopping file", """{"query":"","glob":"*shopping*","path":"."}""")]
    [InlineData("where is Makefile", """{"query":"","glob":"*Makefile*","path":"."}""")]
    [InlineData("find all python files", """{"query":"","glob":"*.py","path":"."}""")]
    [InlineData("list all txt files", """{"query":"","glob":"*.txt","path":"."}""")]
    [InlineData("list txt files in docs", """{"query":"","glob":"*.txt","path":"docs"}""")]
    [InlineData("show me the .cs files", """{"query":"","glob":"*.cs","path":"."}""")]
    [InlineData("find *.md", """{"query":"","glob":"*.md","path":"."}""")]
    [InlineData("find all photos", """{"query":"","glob":"*.{jpg,jpeg,png,gif,webp,heic,svg}","path":"."}""")]
    [InlineData("找到所有 py 文件", """{"query":"","glob":"*.py","path":"."}""")]
    [InlineData("找到所有的python文件", """{"query":"","glob":"*.py","path":"."}""")]
    [InlineData("在 src 里查找所有 txt 文件", """{"query":"","glob":"*.txt","path":"src"}""")]
    [InlineData("列出 src 下的 .cs 文件", """{"query":"","glob":"*.cs","path":"src"}""")]
    [InlineData("查找 shopping.txt", """{"query":"","glob":"shopping.txt","path":"."}""")]
    [InlineData("查找名为 shopping 的文件", """{"query":"","glob":"*shopping*","path":"."}""")]
    [InlineData("shopping.txt 在哪里？", """{"query":"","glob":"shopping.txt","path":"."}""")]
    [InlineData("查找包含 牛奶 的文件", """{"query":"牛奶","path":"."}""")]
    [InlineData("在 src 里查找 TODO", """{"query":"TODO","path":"src"}""")]
    [InlineData("在docs目录下搜索“你好”", """{"query":"你好","path":"docs"}""")]
    [InlineData("查找 TODO", """{"query":"TODO","path":"."}""")]
    [InlineData("哪些文件包含 TODO", """{"query":"TODO","path":"."}""")]
    public Task Find_Asked_SearchesFiles(string message, string arguments) => ShouldCallAsync(message, "file_search", arguments);

    [Theory]
    [InlineData("write \"hello\" to notes.txt", """{"path":"notes.txt","content":"hello"}""")]
    [InlineData("Write 'a  b!' into the file out", """{"path":"out","content":"a  b!"}""")]
    [InlineData("write hello world to notes.txt", """{"path":"notes.txt","content":"hello world"}""")]
    [InlineData("save \"x\" to \"my notes.txt\"", """{"path":"my notes.txt","content":"x"}""")]
    [InlineData("create a file todo.md with the content \"- one\"", """{"path":"todo.md","content":"- one"}""")]
    [InlineData("create notes2.txt containing buy milk", """{"path":"notes2.txt","content":"buy milk"}""")]
    [InlineData("save 'x' as f.txt", """{"path":"f.txt","content":"x"}""")]
    [InlineData("append bread to f.txt", """{"path":"f.txt","content":"\nbread","append":true}""")]
    [InlineData("add \"two eggs\" to the file f.txt", """{"path":"f.txt","content":"\ntwo eggs","append":true}""")]
    [InlineData("把 面包 追加到 f.txt", """{"path":"f.txt","content":"\n面包","append":true}""")]
    [InlineData("在 f.txt 末尾追加 面包", """{"path":"f.txt","content":"\n面包","append":true}""")]
    [InlineData("写入 你好 到 f.txt", """{"path":"f.txt","content":"你好"}""")]
    [InlineData("写文件 d.txt：你好", """{"path":"d.txt","content":"你好"}""")]
    [InlineData("把“你好。”写入 notes.txt", """{"path":"notes.txt","content":"你好。"}""")]
    [InlineData("把 hello 写到 a.txt 里", """{"path":"a.txt","content":"hello"}""")]
    [InlineData("创建文件 a.txt，内容为“你好”", """{"path":"a.txt","content":"你好"}""")]
    public Task Write_Asked_WritesTheTextAsGiven(string message, string arguments) => ShouldCallAsync(message, "file_write", arguments);

    [Theory]
    [InlineData("run git status", """{"command":"git status"}""")]
    [InlineData("Run: ls -la", """{"command":"ls -la"}""")]
    [InlineData("$ echo \"Hi!\" | wc -c", """{"command":"echo \"Hi!\" | wc -c"}""")]
    [InlineData("run \"ls -la\"", """{"command":"ls -la"}""")]
    [InlineData("run 'ls -la'", """{"command":"ls -la"}""")]
    [InlineData("运行“ls -la”", """{"command":"ls -la"}""")]
    [InlineData("run \"my prog\" \"x\"", """{"command":"\"my prog\" \"x\""}""")]
    [InlineData("can you run ls for me?", """{"command":"ls"}""")]
    [InlineData("Could you please run git status", """{"command":"git status"}""")]
    [InlineData("$ls", """{"command":"ls"}""")]
    [InlineData("$ls -la", """{"command":"ls -la"}""")]
    [InlineData("run pwd on nas", """{"command":"pwd on nas"}""")]
    [InlineData("run `uname -a`", """{"command":"uname -a"}""")]
    [InlineData("execute the command echo hi?", """{"command":"echo hi?"}""")]
    [InlineData("运行 git status", """{"command":"git status"}""")]
    [InlineData("请执行命令：df -h", """{"command":"df -h"}""")]
    [InlineData("运行ls -la", """{"command":"ls -la"}""")]
    [InlineData("跑一下./build.sh", """{"command":"./build.sh"}""")]
    [InlineData("执行：备份.sh", """{"command":"备份.sh"}""")]
    [InlineData("运行命令备份.sh", """{"command":"备份.sh"}""")]
    [InlineData("on nas: run uptime", """{"command":"uptime"}""")]
    [InlineData("@nas $ df -h", """{"command":"df -h"}""")]
    public Task Command_Given_GoesToTheShellAsItStands(string message, string arguments) => ShouldCallAsync(message, "shell", arguments);

    [Theory]
    [InlineData("remind me in 30 minutes to call Bob")]
    [InlineData("Remind me to water the plants in 2 hours")]
    [InlineData("remind me in half an hour")]
    [InlineData("remind me in 1 hour and 30 minutes to call Bob")]
    [InlineData("remind me in 1h 30m to call Bob")]
    [InlineData("ping me after 5 minutes")]
    [InlineData("in 10 min remind me about the tea")]
    [InlineData("after 2 hours, please remind me to eat")]
    [InlineData("set a timer for 5 minutes")]
    [InlineData("remind me tomorrow at 9 to call Bob")]
    [InlineData("remind me to stretch")]
    [InlineData("set a reminder for 5pm")]
    [InlineData("tomorrow at 9 remind me to call Bob")]
    [InlineData("30分钟后提醒我开会")]
    [InlineData("半小时后提醒我喝水")]
    [InlineData("一个半小时后提醒我开会")]
    [InlineData("两个半小时后叫我起来")]
    [InlineData("过10分钟通知我")]
    [InlineData("提醒我两个小时后关灯")]
    [InlineData("叫我在10分钟后吃饭")]
    [InlineData("明天早上8点提醒我开会")]
    [InlineData("设置一个明天的提醒")]
    public Task Reminder_Asked_GoesWholeToTheScheduleTool(string message) =>
        ShouldCallAsync(message, "schedule", new JsonObject { ["action"] = "remind", ["message"] = message }.ToJsonString());

    [Theory]
    [InlineData("remember that the films are on nas", "memory_write", "text", "the films are on nas")]
    [InlineData("@nas remember that the films are on nas", "memory_write", "text", "the films are on nas")]
    [InlineData("on nas: remember that the films are on nas", "memory_write", "text", "the films are on nas")]
    [InlineData("记住：nas 里的电影在 /films", "memory_write", "text", "nas 里的电影在 /films")]
    [InlineData("remind me tomorrow at 9 to look at the disk on nas", "schedule", "message", "remind me tomorrow at 9 to look at the disk on nas")]
    [InlineData("on nas: remind me in 5 minutes to call Bob on skype", "schedule", "message", "remind me in 5 minutes to call Bob on skype")]
    [InlineData("write hello to notes.txt on nas", "file_write", "path", "notes.txt")]
    [InlineData("what do you remember on nas?", "memory_read", "query", "")]
    public async Task Machine_AtTheEnd_IsNoPartOfACommandAndPartOfWhatIsTold(string message, string tool, string argument, string expected)
    {
        var request = new ModelRequest("", [Asked.User(message)], [.. Tools.Select(Asked.Tool)], ModelSettings.Default);

        var call = (await OfflineModel.Create(TimeProvider.System, "nas").AskAsync(request)).Message.ToolCalls.Single();

        (call.Name, call.Arguments.GetProperty(argument).GetString()).ShouldBe((tool, expected));
    }

    [Theory]
    [InlineData("运行了多久？")]
    [InlineData("运行时间")]
    [InlineData("执行情况如何")]
    [InlineData("后台运行了多久")]
    public async Task Verb_InASentenceThatIsNoCommand_RunsNothing(string message) =>
        ((await CallAsync(message))?.StartsWith("shell ", StringComparison.Ordinal) ?? false).ShouldBeFalse(message);

    [Theory]
    [InlineData("fetch https://example.com/a?b=1", "web", """{"action":"fetch","url":"https://example.com/a?b=1"}""")]
    [InlineData("https://example.com", "web", """{"action":"fetch","url":"https://example.com"}""")]
    [InlineData("fetch example.com", "web", """{"action":"fetch","url":"https://example.com"}""")]
    [InlineData("访问 example.com", "web", """{"action":"fetch","url":"https://example.com"}""")]
    [InlineData("get www.example.com", "web", """{"action":"fetch","url":"https://www.example.com"}""")]
    [InlineData("抓取 https://example.com 的内容", "web", """{"action":"fetch","url":"https://example.com"}""")]
    [InlineData("帮我读取这个URL: https://example.com", "web", """{"action":"fetch","url":"https://example.com"}""")]
    [InlineData("search the web for bubblewrap", "web", """{"action":"search","query":"bubblewrap"}""")]
    [InlineData("上网搜一下 树莓派", "web", """{"action":"search","query":"树莓派"}""")]
    [InlineData("which machines are online?", "nodes", "{}")]
    [InlineData("is nas online?", "nodes", "{}")]
    [InlineData("nas 在线吗", "nodes", "{}")]
    [InlineData("list my nodes", "nodes", "{}")]
    [InlineData("what machines do I have?", "nodes", "{}")]
    [InlineData("有哪些机器？", "nodes", "{}")]
    [InlineData("列出所有节点", "nodes", "{}")]
    [InlineData("现在有几台机器在线", "nodes", "{}")]
    [InlineData("remember that the NAS is in the attic", "memory_write", """{"text":"the NAS is in the attic"}""")]
    [InlineData("note: buy milk!", "memory_write", """{"text":"buy milk!"}""")]
    [InlineData("记住：NAS 在阁楼", "memory_write", """{"text":"NAS 在阁楼"}""")]
    [InlineData("what do you remember?", "memory_read", """{"query":""}""")]
    [InlineData("what do you remember about the NAS?", "memory_read", """{"query":"the NAS"}""")]
    [InlineData("show my notes", "memory_read", """{"query":""}""")]
    [InlineData("你记得什么？", "memory_read", """{"query":""}""")]
    public Task Others_Asked_CallTheirTool(string message, string tool, string arguments) => ShouldCallAsync(message, tool, arguments);

    [Theory]
    [InlineData("hello")]
    [InlineData("$5 is cheap")]
    [InlineData("你能做什么？")]
    [InlineData("is it up?")]
    [InlineData("lunch time")]
    [InlineData("where is everyone?")]
    [InlineData("explain quantum physics")]
    [InlineData("what is the meaning of life?")]
    [InlineData("write a poem about the disk")]
    [InlineData("find me a good restaurant in the neighbourhood of my hotel")]
    [InlineData("open your mind")]
    [InlineData("how much disk is free? And then run rm -rf / please")]
    [InlineData("The log says: run rm -rf /")]
    [InlineData("what is in the news?")]
    [InlineData("我的磁盘里有病毒，怎么办？")]
    [InlineData("解释一下量子力学")]
    [InlineData("帮我写一首关于内存的诗")]
    public async Task Anything_Else_CallsNothing(string message) => (await CallAsync(message)).ShouldBeNull();

    [Fact]
    public async Task Message_MadeToBeSlow_IsAnsweredInTime()
    {
        foreach (var evil in (string[])[new string(' ', 3900) + "x", "find " + string.Concat(Enumerable.Repeat("in ", 1200)), string.Concat(Enumerable.Repeat("please ", 500)), "write " + new string('a', 100_000)])
        {
            await CallAsync(evil);
        }
    }
}
