using System.Globalization;

namespace Muster.Hub.Schedules.Times;

/// <summary>The bounds of the fields of a crontab, some of which the parser lets pass.</summary>
internal static class CronFields
{
    private static readonly (string Name, int Least, int Most)[] _fields = [("minute", 0, 59), ("hour", 0, 23), ("day of the month", 1, 31), ("month", 1, 12), ("day of the week", 0, 7)];

    public static string? Mistake(string text)
    {
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return fields.Length != _fields.Length
            ? fields is [['@', ..]] ? null : $"it has {fields.Length}."
            : _fields.Zip(fields).Where(pair => Numbers(pair.Second).Any(number => number < pair.First.Least || number > pair.First.Most))
                .Select(pair => $"the {pair.First.Name} is from {pair.First.Least} to {pair.First.Most}.").FirstOrDefault();
    }

    /// <summary>The numbers of a field that are not steps.</summary>
    private static IEnumerable<int> Numbers(string field) => field.Split(',').Select(part => part.Split('/', '#')[0]).SelectMany(part => part.Split('-'))
        .Where(word => word.Length > 0 && word.All(char.IsAsciiDigit)).Select(word => word.Length > 4 ? int.MaxValue : int.Parse(word, CultureInfo.InvariantCulture));
}
