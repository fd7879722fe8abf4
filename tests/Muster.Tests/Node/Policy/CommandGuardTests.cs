using Muster.Node.Policy;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Policy;

public sealed class CommandGuardTests
{
    [Theory]
    [InlineData("rm -rf /")]
    [InlineData("rm -rf /*")]
    [InlineData("rm -r -f --  /")]
    [InlineData("rm --recursive --force /usr")]
    [InlineData("rm -fr ~")]
    [InlineData("rm -rf \"$HOME\"")]
    [InlineData("rm -rf ${HOME}/*")]
    [InlineData("rm -rf ../..")]
    [InlineData("rm -rf /home/alice")]
    [InlineData("rm -rf /tmp/../etc")]
    [InlineData("rm -rf /{bin,usr}")]
    [InlineData("rm -rf build --no-preserve-root")]
    [InlineData("'rm' -\"rf\" \\/")]
    [InlineData("$'\\x72m' -rf /")]
    [InlineData("/bin/rm -rf /")]
    [InlineData("sudo -u root FOO=1 rm -rf /")]
    [InlineData("env A=b nohup nice -n 5 timeout -s KILL 5 rm -rf /")]
    [InlineData("busybox rm -rf /")]
    [InlineData("bash -lc 'rm -rf /'")]
    [InlineData("sh -c \"bash -c 'rm -rf /'\"")]
    [InlineData("eval rm -rf /")]
    [InlineData("echo $(rm -rf /)")]
    [InlineData("echo `rm -rf /`")]
    [InlineData("echo \"now: $(rm -rf /)\"")]
    [InlineData("cat <(rm -rf /)")]
    [InlineData("true && (cd /tmp; rm -rf /)")]
    [InlineData("if true; then rm -rf /; fi")]
    [InlineData("for i in 1 2; do rm -rf /; done")]
    [InlineData("d=/; rm -rf $d")]
    [InlineData("export C='rm -rf /'; $C")]
    [InlineData("cd / && rm -rf *")]
    [InlineData("echo / | xargs rm -rf")]
    [InlineData("echo 'rm -rf /' | sh")]
    [InlineData("bash <<EOF\nrm -rf /\nEOF")]
    [InlineData("bash <<< 'rm -rf /'")]
    [InlineData("find / -delete")]
    [InlineData("find / -exec rm -rf {} +")]
    [InlineData("f() { rm -rf /; }; f")]
    [InlineData("alias x='rm -rf /'")]
    [InlineData("sleep 1 & rm -rf /")]
    [InlineData("ls\nrm -rf /")]
    public void Check_ErasesTheSystem_IsRefused(string command) => Refused(command, "erase");

    [Theory]
    [InlineData("mkfs.ext4 /dev/sda1", "format")]
    [InlineData("sudo mkfs -t ext4 /dev/sdb", "format")]
    [InlineData("format c:", "format")]
    [InlineData("format.com D: /q", "format")]
    [InlineData("dd if=/dev/zero of=/dev/sda bs=1M", "disk")]
    [InlineData("cat image > /dev/nvme0n1", "disk")]
    [InlineData("> /dev/sda", "disk")]
    [InlineData("echo x | tee /dev/mmcblk0", "disk")]
    [InlineData("wipefs -a /dev/sda", "disk")]
    [InlineData("shred /dev/sda", "disk")]
    [InlineData("parted /dev/sda mklabel gpt", "partitions")]
    [InlineData("fdisk /dev/sda", "partitions")]
    [InlineData("shutdown -h now", "switch this machine off")]
    [InlineData("sudo reboot", "switch this machine off")]
    [InlineData("/sbin/halt", "switch this machine off")]
    [InlineData("poweroff", "switch this machine off")]
    [InlineData("init 0", "switch this machine off")]
    [InlineData("telinit 6", "switch this machine off")]
    [InlineData("systemctl --force reboot", "switch this machine off")]
    [InlineData("echo b > /proc/sysrq-trigger", "restart")]
    [InlineData(":(){:|:&};:", "fork bomb")]
    [InlineData(":(){ :|:& };:", "fork bomb")]
    [InlineData("bomb() { bomb | bomb & }; bomb", "fork bomb")]
    [InlineData("function b { b & b; }; b", "fork bomb")]
    [InlineData("chmod -R 777 /", "permissions")]
    [InlineData("chown -R nobody /etc", "permissions")]
    [InlineData("mv /usr /tmp/x", "move")]
    [InlineData("mv ~ /tmp/x", "move")]
    [InlineData("kill -9 -1", "every process")]
    [InlineData("kill -s KILL -- -1", "every process")]
    [InlineData("crontab -r", "cron")]
    [InlineData("del /s /q C:\\", "erase")]
    [InlineData("del /f /s /q C:\\*.*", "erase")]
    [InlineData("rd /s /q C:\\Windows", "erase")]
    [InlineData("cmd /c rd /s /q %SystemRoot%", "erase")]
    [InlineData("Remove-Item -Recurse -Force C:\\", "erase")]
    [InlineData("powershell -Command \"Remove-Item -Recurse -Force C:\\Users\"", "erase")]
    [InlineData("Stop-Computer -Force", "switch this machine off")]
    [InlineData("Format-Volume -DriveLetter D", "disk")]
    [InlineData("diskpart", "disk")]
    [InlineData("cipher /w:C", "disk")]
    public void Check_Destructive_SaysWhatItWouldDo(string command, string would) => Refused(command, would);

    [Theory]
    [InlineData("git log --format=%h")]
    [InlineData("echo \"rm -rf /\"")]
    [InlineData("echo 'format c:'")]
    [InlineData("grep -r shutdown .")]
    [InlineData("man mkfs")]
    [InlineData("rm -rf build/")]
    [InlineData("rm -rf ./node_modules *.tmp")]
    [InlineData("rm -rf /tmp/x /var/tmp/y /home/alice/project/bin")]
    [InlineData("rm /etc/motd.bak")]
    [InlineData("dd if=a of=b.img")]
    [InlineData("dd if=/dev/sda of=/dev/null")]
    [InlineData("ls /format")]
    [InlineData("./format --check src")]
    [InlineData("dotnet format")]
    [InlineData("npm run format")]
    [InlineData("cd /tmp/x && rm -rf *")]
    [InlineData("cat /dev/sda1 > disk.img")]
    [InlineData("fdisk -l")]
    [InlineData("fdisk -l /dev/sda")]
    [InlineData("systemctl status reboot.target")]
    [InlineData("systemctl restart nginx")]
    [InlineData("shutdown -c")]
    [InlineData("kill -1 4242")]
    [InlineData("kill -9 4242")]
    [InlineData("chmod -R 755 site && chmod 644 /etc/hosts")]
    [InlineData("mv /tmp/a ~/b")]
    [InlineData("find . -name '*.o' -delete")]
    [InlineData("find / -name core")]
    [InlineData("crontab -l")]
    [InlineData("ls > /dev/null 2>&1")]
    [InlineData("git push --force")]
    [InlineData("f() { echo a | f2; }; f")]
    [InlineData("python3 -c 'print(\"reboot\")'")]
    [InlineData("# rm -rf /")]
    [InlineData("cat <<EOF > notes.txt\nrm -rf /\nEOF")]
    [InlineData("x=$((1+2)); echo ${x:-5}")]
    [InlineData("echo 'unclosed")]
    [InlineData("echo $(")]
    [InlineData("")]
    public void Check_Ordinary_Runs(string command) => CommandGuard.Check(command).ShouldBeNull();

    [Fact]
    public void Check_NestedWithoutEnd_IsRefusedAndEnds()
    {
        var nested = string.Concat(Enumerable.Repeat("$(", 5_000)) + "rm -rf /";

        CommandGuard.Check("echo " + nested)!.Rule.ShouldBe("nesting");
    }

    [Theory]
    [InlineData("a&")]
    [InlineData("{a,b}")]
    [InlineData("$(")]
    [InlineData("'\"")]
    [InlineData("<<x\n")]
    [InlineData("rm -rf {a,b}{a,b} ")]
    public async Task Check_Flood_EndsSoon(string part)
    {
        var flood = "rm -r " + string.Concat(Enumerable.Repeat(part, 100_000 / part.Length));

        await Task.Run(() => CommandGuard.Check(flood), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Check_Refusal_NamesTheCommand() =>
        CommandGuard.Check("ls; rm -rf /")!.Sentence.ShouldStartWith("Refused: \"rm -rf /\" would erase the whole system");

    private static void Refused(string command, string would) =>
        CommandGuard.Check(command).ShouldNotBeNull(command).Sentence.ShouldContain(would);
}
