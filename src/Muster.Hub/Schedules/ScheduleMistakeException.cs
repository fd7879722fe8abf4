using Muster.Hub.Api;

namespace Muster.Hub.Schedules;

/// <summary>What is wrong with a wish for a schedule, and what to do, as a sentence in both languages.</summary>
internal sealed class ScheduleMistakeException(string field, string english, string chinese) : Exception(english)
{
    public string Text(bool inChinese) => inChinese ? chinese : Message;

    public ApiException ForApi(bool inChinese = false) => new(422, "invalid", Text(inChinese), [new FieldError(field, null, Text(inChinese), "")]);
}
