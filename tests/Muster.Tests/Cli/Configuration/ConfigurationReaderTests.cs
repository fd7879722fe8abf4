using Muster.Cli.Configuration;
using Muster.Cli.State;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.Configuration;

public sealed class ConfigurationReaderTests : IDisposable
{
    private readonly Cockpit _cockpit = new();

    [Fact]
    public void Read_EveryLevelSetsAKey_TheHigherWins()
    {
        _cockpit.Write("muster.yaml", "agent:\n  max_turns: 1\nmodel: from-yaml\nworking_dir: from-yaml\n");
        _cockpit.Write(".env", "MUSTER_MODEL=from-dotenv\nMUSTER_WORKING_DIR=from-dotenv\n");
        _cockpit.Variables["MUSTER_WORKING_DIR"] = "from-environment";

        var configuration = Read(new Leaf("logs.level", "debug", new Source(Level.CommandLine, "--logs-level")));

        configuration.Whole("agent.max_turns").ShouldBe(1);
        configuration.Text("model").ShouldBe("from-dotenv");
        configuration.Text("working_dir").ShouldBe("from-environment");
        configuration.Text("logs.level").ShouldBe("debug");
        configuration.Text("tools.shell.timeout").ShouldBe("30");
        configuration.Source("model").ToString().ShouldBe(".env:1");
    }

    [Fact]
    public void Read_MistakesInTheFile_AreAllListedWithTheirLines()
    {
        _cockpit.Write("muster.yaml", """
            urls: http://127.0.0.1:5000
            modle: fast
            agent:
              max_turns: many
            tools:
              shell:
                isolation: hots
                netwrok: true
            """);

        var problems = Read().Problems.Select(problem => problem.ToString()).ToList();

        problems.Count.ShouldBe(4);
        problems.ShouldContain("muster.yaml:2: There is no key modle. Did you mean model?");
        problems.ShouldContain(problem => problem.StartsWith("muster.yaml:4:", StringComparison.Ordinal) && problem.Contains("whole number", StringComparison.Ordinal));
        problems.ShouldContain(problem => problem.StartsWith("muster.yaml:7:", StringComparison.Ordinal) && problem.Contains("Did you mean host?", StringComparison.Ordinal));
        problems.ShouldContain("muster.yaml:8: There is no key tools.shell.netwrok. Did you mean tools.shell.network?");
    }

    [Fact]
    public void Read_NamesThatLeadNowhereAndPartsThatLack_AreListedTogether()
    {
        _cockpit.Write("muster.yaml", """
            urls: [http://127.0.0.1:5000, notaurl]
            hosts: [nas.local, "https://nas.local"]
            model: nope
            models:
              a: { model: one, fallbacks: [a, gone] }
              b:
                base_url: https://b.example
            tools:
              mcp_servers:
                neither: { args: [x] }
                both: { command: npx, url: "https://mcp.example" }
              policy:
                - { tool: shell }
            """);

        Read().Problems.Select(problem => problem.ToString()).ShouldBe([
            "muster.yaml:1: urls has \"notaurl\"; it must be http:// or https:// with an address, localhost or * and a port, such as http://127.0.0.1:5000.",
            "muster.yaml:2: hosts has \"https://nas.local\"; it must be a host name such as muster.example.org, without http:// and port.",
            "muster.yaml:3: model is \"nope\", but there is no models.nope. There are: a, b.",
            "muster.yaml:5: The model \"a\" falls back to itself. Remove it from its fallbacks.",
            "muster.yaml:5: The model \"a\" falls back to \"gone\", which is no model. Models: a, b.",
            "muster.yaml:7: The model \"b\" does not say which model of its endpoint it is. Set model.",
            "muster.yaml:10: tools.mcp_servers.neither has neither a command nor a url. Give it a command for a program here, or a url for a server elsewhere.",
            "muster.yaml:11: tools.mcp_servers.both has a command and a url. Give it a command for a program here, or a url for a server elsewhere.",
            "muster.yaml:13: The rule tools.policy.0 has no action.",
        ]);
    }

    [Fact]
    public void Read_SecondDocument_IsAMistakeWithItsLine()
    {
        _cockpit.Write("muster.yaml", "agent:\n  max_turns: 3\n---\nmodel: x\n");

        Read().Problems.ShouldHaveSingleItem().ToString().ShouldStartWith("muster.yaml:4: A second YAML document begins here");
    }

    [Fact]
    public void Read_ListWhereNamesBelong_SuggestsNothingThatWasWritten()
    {
        _cockpit.Write("muster.yaml", "models: [fast]\n");

        Read().Warnings.ShouldHaveSingleItem().ShouldNotContain("Did you mean models.0?");
    }

    [Fact]
    public void Read_BrokenYaml_NamesTheLine()
    {
        _cockpit.Write("muster.yaml", "model: fast\nagent:\n\tmax_turns: 3\n");

        Read().Problems.ShouldHaveSingleItem().Source.Line.ShouldBe(3);
    }

    [Fact]
    public void Read_VolcKeyAlone_BringsItsAddressAndModel()
    {
        _cockpit.Variables["VOLC_API_KEY"] = "volc-key";

        var configuration = Read();

        configuration.Text("models.default.api_key").ShouldBe("volc-key");
        configuration.Text("models.default.base_url").ShouldBe("https://ark.cn-beijing.volces.com/api/coding/v3");
        configuration.Text("models.default.model").ShouldBe("doubao-seed-code");
    }

    [Fact]
    public void Read_OpenAiAndVolcDiffer_OpenAiWinsAndBothAreNamed()
    {
        _cockpit.Variables["VOLC_API_KEY"] = "volc-key";
        _cockpit.Variables["OPENAI_API_KEY"] = "openai-key";

        var configuration = Read();

        configuration.Text("models.default.api_key").ShouldBe("openai-key");
        configuration.IsSet("models.default.base_url").ShouldBeFalse();
        configuration.Warnings.ShouldContain(warning => warning.Contains("OPENAI_API_KEY", StringComparison.Ordinal) && warning.Contains("VOLC_API_KEY", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_KeyAndAddressOfTwoServicesOnTwoLevels_AreNotMixed()
    {
        _cockpit.Write(".env", "OPENAI_API_KEY=openai-key\n");
        _cockpit.Variables["VOLC_BASE_URL"] = "https://volc.example/v3";

        Read().IsSet("models.default.base_url").ShouldBeFalse();
    }

    [Fact]
    public void Read_AddressOfClaudeCodeWithoutAKey_IsNoModelOfMuster()
    {
        _cockpit.Variables["ANTHROPIC_BASE_URL"] = "https://gateway.example";
        _cockpit.Variables["ANTHROPIC_MODEL"] = "claude-opus";
        _cockpit.Variables["ANTHROPIC_AUTH_TOKEN"] = "token";

        var configuration = Read();

        configuration.Children("models").ShouldBeEmpty();
        configuration.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void Read_AddressOfAnthropicAndANamedModelInTheFile_BelongTogether()
    {
        _cockpit.Write("muster.yaml", "models:\n  anthropic: { provider: anthropic, model: claude-opus }\n");
        _cockpit.Variables["ANTHROPIC_BASE_URL"] = "https://gateway.example";

        Read().Text("models.anthropic.base_url").ShouldBe("https://gateway.example");
    }

    [Fact]
    public void Read_OwnNameAndAlias_OwnNameWinsWithAWarning()
    {
        _cockpit.Variables["WORKING_DIR"] = "/old";
        _cockpit.Variables["MUSTER_WORKING_DIR"] = "/new";

        var configuration = Read();

        configuration.Text("working_dir").ShouldBe("/new");
        configuration.Warnings.ShouldHaveSingleItem().ShouldContain("WORKING_DIR");
    }

    [Fact]
    public void Read_FilesOfPhoneWork_RankBelowTheEnvironment()
    {
        _cockpit.Write("host_config.yaml", "NODE_ID: home-pc\nWORKING_DIR: /srv/work\nSERVES_USERS:\n- ou_abc\n- ou_xyz\n");
        _cockpit.Write("keyring.yaml", "ROUTER_SECRET: a-long-shared-secret\nFEISHU_APP_ID: cli_x\n");
        _cockpit.Variables["NODE_ID"] = "office";

        var configuration = Read();

        configuration.Text("node.name").ShouldBe("office");
        configuration.Text("working_dir").ShouldBe("/srv/work");
        configuration.Text("router_secret").ShouldBe("a-long-shared-secret");
        configuration.List("phonework.users").ShouldBe(["ou_abc", "ou_xyz"]);
        configuration.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void Read_ModelsServersAndPolicies_KeepTheirNamesAndOrder()
    {
        _cockpit.Write("muster.yaml", """
            models:
              zeta: { provider: openai, model: one, fallbacks: [alpha] }
              alpha: { provider: anthropic, model: two }
            tools:
              policy:
                - { tool: shell, action: ask }
                - { tool: "*", action: allow }
              mcpServers:
                files: { command: npx, args: [-y, server], env: { API_TOKEN: x } }
            """);

        var configuration = Read();

        configuration.Problems.ShouldBeEmpty();
        configuration.Children("models").ShouldBe(["zeta", "alpha"]);
        configuration.List("models.zeta.fallbacks").ShouldBe(["alpha"]);
        configuration.Children("tools.policy").ShouldBe(["0", "1"]);
        configuration.Text("tools.policy.1.tool").ShouldBe("*");
        configuration.List("tools.mcp_servers.files.args").ShouldBe(["-y", "server"]);
        configuration.Map("tools.mcp_servers.files.env")["API_TOKEN"].ShouldBe("x");
    }

    public void Dispose() => _cockpit.Dispose();

    private MusterConfiguration Read(params Leaf[] options) =>
        new ConfigurationReader(new Home(_cockpit.Home), _cockpit.Surroundings).Read(options, null);
}
