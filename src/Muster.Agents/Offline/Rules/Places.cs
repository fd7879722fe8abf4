namespace Muster.Agents.Offline.Rules;

/// <summary>Time zones by the names that people give them.</summary>
internal static class Places
{
    // Cities and countries that no zone is named after, and Chinese names of those that one is.
    private static readonly Dictionary<string, string> _known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["UTC"] = "UTC", ["GMT"] = "UTC",
        ["Beijing"] = "Asia/Shanghai", ["Shenzhen"] = "Asia/Shanghai", ["Guangzhou"] = "Asia/Shanghai", ["China"] = "Asia/Shanghai",
        ["Japan"] = "Asia/Tokyo", ["Osaka"] = "Asia/Tokyo", ["Korea"] = "Asia/Seoul", ["India"] = "Asia/Kolkata", ["Delhi"] = "Asia/Kolkata",
        ["New Delhi"] = "Asia/Kolkata", ["Mumbai"] = "Asia/Kolkata", ["Bangalore"] = "Asia/Kolkata",
        ["UK"] = "Europe/London", ["England"] = "Europe/London", ["Germany"] = "Europe/Berlin", ["Munich"] = "Europe/Berlin", ["Hamburg"] = "Europe/Berlin",
        ["Frankfurt"] = "Europe/Berlin", ["France"] = "Europe/Paris", ["Italy"] = "Europe/Rome", ["Milan"] = "Europe/Rome", ["Spain"] = "Europe/Madrid",
        ["Barcelona"] = "Europe/Madrid", ["Geneva"] = "Europe/Zurich", ["Kyiv"] = "Europe/Kiev",
        ["NYC"] = "America/New_York", ["New York City"] = "America/New_York", ["Boston"] = "America/New_York", ["Washington"] = "America/New_York", ["Miami"] = "America/New_York",
        ["San Francisco"] = "America/Los_Angeles", ["Seattle"] = "America/Los_Angeles", ["California"] = "America/Los_Angeles", ["LA"] = "America/Los_Angeles",
        ["Dallas"] = "America/Chicago", ["Houston"] = "America/Chicago", ["Montreal"] = "America/Toronto", ["Hawaii"] = "Pacific/Honolulu",
        ["北京"] = "Asia/Shanghai", ["上海"] = "Asia/Shanghai", ["广州"] = "Asia/Shanghai", ["深圳"] = "Asia/Shanghai", ["杭州"] = "Asia/Shanghai", ["成都"] = "Asia/Shanghai",
        ["中国"] = "Asia/Shanghai", ["香港"] = "Asia/Hong_Kong", ["台北"] = "Asia/Taipei", ["东京"] = "Asia/Tokyo", ["大阪"] = "Asia/Tokyo", ["日本"] = "Asia/Tokyo",
        ["首尔"] = "Asia/Seoul", ["韩国"] = "Asia/Seoul", ["新加坡"] = "Asia/Singapore", ["曼谷"] = "Asia/Bangkok", ["孟买"] = "Asia/Kolkata", ["新德里"] = "Asia/Kolkata",
        ["印度"] = "Asia/Kolkata", ["迪拜"] = "Asia/Dubai", ["莫斯科"] = "Europe/Moscow", ["伦敦"] = "Europe/London", ["英国"] = "Europe/London", ["巴黎"] = "Europe/Paris",
        ["法国"] = "Europe/Paris", ["柏林"] = "Europe/Berlin", ["德国"] = "Europe/Berlin", ["罗马"] = "Europe/Rome", ["马德里"] = "Europe/Madrid", ["阿姆斯特丹"] = "Europe/Amsterdam",
        ["苏黎世"] = "Europe/Zurich", ["纽约"] = "America/New_York", ["华盛顿"] = "America/New_York", ["波士顿"] = "America/New_York", ["芝加哥"] = "America/Chicago",
        ["洛杉矶"] = "America/Los_Angeles", ["旧金山"] = "America/Los_Angeles", ["西雅图"] = "America/Los_Angeles", ["温哥华"] = "America/Vancouver", ["多伦多"] = "America/Toronto",
        ["悉尼"] = "Australia/Sydney", ["墨尔本"] = "Australia/Melbourne", ["奥克兰"] = "Pacific/Auckland",
    };

    /// <summary>Null if no zone is known by this name.</summary>
    public static TimeZoneInfo? Zone(string place)
    {
        var name = place.Replace(' ', '_');
        return Find(_known.GetValueOrDefault(place) ?? (name.Contains('/', StringComparison.Ordinal) ? name : "")) ?? TimeZoneInfo.GetSystemTimeZones()
            .FirstOrDefault(zone => string.Equals(zone.Id[(zone.Id.LastIndexOf('/') + 1)..], name, StringComparison.OrdinalIgnoreCase));
    }

    private static TimeZoneInfo? Find(string id) => TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : null;
}
