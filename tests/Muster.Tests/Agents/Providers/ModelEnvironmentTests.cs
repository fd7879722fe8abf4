using Muster.Agents.Providers;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Providers;

public sealed class ModelEnvironmentTests
{
    private static FoundModels Read(params string[] settings)
    {
        var values = settings.Select(setting => setting.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        return ModelEnvironment.Read(values.GetValueOrDefault);
    }

    [Fact]
    public void Nothing_Set_FindsNothing()
    {
        Read().Models.ShouldBeEmpty();
        Read("OPENAI_API_KEY= ").Models.ShouldBeEmpty();
    }

    [Fact]
    public void VolcKey_Alone_HasItsDefaults()
    {
        var found = Read("VOLC_API_KEY=k");

        found.Warnings.ShouldBeEmpty();
        found.Models.Single().BaseUrl.ShouldBe(new Uri("https://ark.cn-beijing.volces.com/api/coding/v3"));
        found.Models.Single().Model.ShouldBe("doubao-seed-code");
        found.Models.Single().ApiKey.ShouldBe("k");
    }

    [Fact]
    public void Volc_All_IsTaken()
    {
        var model = Read("VOLC_API_KEY=k", "VOLC_BASE_URL=https://volc.example/v3/", "MODEL_NAME=ep-1").Models.Single();

        model.BaseUrl.ShouldBe(new Uri("https://volc.example/v3"));
        model.Model.ShouldBe("ep-1");
    }

    [Fact]
    public void OpenAi_ComesBeforeVolc_AndEachDisagreementNamesBoth()
    {
        var found = Read("OPENAI_API_KEY=a", "OPENAI_BASE_URL=http://localhost:1/v1", "OPENAI_MODEL=m", "VOLC_API_KEY=b", "VOLC_BASE_URL=http://localhost:2/v1", "MODEL_NAME=n");

        var model = found.Models.Single();
        (model.ApiKey, model.BaseUrl, model.Model).ShouldBe(("a", new Uri("http://localhost:1/v1"), "m"));
        found.Warnings.Count.ShouldBe(3);
        found.Warnings.ShouldContain(warning => warning.Contains("OPENAI_API_KEY and VOLC_API_KEY", StringComparison.Ordinal));
        found.Warnings.ShouldAllBe(warning => !warning.Contains(" a ", StringComparison.Ordinal));
    }

    [Fact]
    public void OpenAi_WithTheSameValues_IsNoDisagreement() => Read("OPENAI_API_KEY=a", "VOLC_API_KEY=a", "OPENAI_MODEL=m", "MODEL_NAME=m").Warnings.ShouldBeEmpty();

    [Fact]
    public void OpenAiKey_WithAVolcAddress_IsNotSentThere() =>
        Read("OPENAI_API_KEY=a", "VOLC_BASE_URL=http://localhost:2/v1").Models.Single().BaseUrl.ShouldBe(new Uri("https://api.openai.com/v1"));

    [Fact]
    public void BaseUrl_WithoutAKey_IsALocalModel()
    {
        var model = Read("OPENAI_BASE_URL=http://localhost:11434/v1", "OPENAI_MODEL=qwen3").Models.Single();

        model.ApiKey.ShouldBeNull();
        model.Model.ShouldBe("qwen3");
    }

    [Fact]
    public void BaseUrl_ThatIsNone_LeavesTheModelOutAndSaysSo()
    {
        var found = Read("OPENAI_API_KEY=a", "OPENAI_BASE_URL=localhost:11434");

        found.Models.ShouldBeEmpty();
        found.Warnings.Single().ShouldContain("OPENAI_BASE_URL is \"localhost:11434\"");
    }

    [Fact]
    public void Model_WithoutAKey_IsAWarning() => Read("MODEL_NAME=m").Warnings.Single().ShouldContain("no key");

    [Fact]
    public void Anthropic_BesideOpenAi_IsTheSecondModel()
    {
        var models = Read("ANTHROPIC_API_KEY=x", "OPENAI_API_KEY=a", "OPENAI_MODEL=m").Models;

        models.Select(model => model.Provider).ShouldBe([ModelProvider.OpenAi, ModelProvider.Anthropic]);
        ModelRules.Mistakes(models).ShouldBeEmpty();
    }
}
