using System.Globalization;
using Npgsql;

namespace Muster.Storage.Postgres;

/// <summary>A connection string in either form, and the name by which sentences call it, which holds no password.</summary>
internal sealed record PostgresAddress(NpgsqlConnectionStringBuilder Builder, string Name)
{
    private const int DefaultPort = 5432;

    public string Server => Builder.Host!.StartsWith('/') ? Builder.Host : $"{Builder.Host}:{Builder.Port}";

    /// <exception cref="StorageException">It cannot be read; the message does not repeat it, since it may hold a password.</exception>
    public static PostgresAddress Parse(string text)
    {
        var builder = IsUrl(text) ? FromUrl(text) : FromWords(text);
        if (string.IsNullOrEmpty(builder.Host))
        {
            throw Wrong("it names no host");
        }

        if (string.IsNullOrEmpty(builder.Database))
        {
            throw Wrong("it names no database");
        }

        // The connections are kept by the writer and the readers themselves.
        builder.Pooling = false;
        builder.Enlist = false;
        builder.MaxAutoPrepare = 200;
        builder.AutoPrepareMinUsages = 2;
        builder.CommandTimeout = 60;
        builder.TcpKeepAlive = true;
        builder.IncludeErrorDetail = false;
        builder.PersistSecurityInfo = false;
        builder.ApplicationName ??= "muster";
        builder.Timeout = Math.Clamp(builder.Timeout, 1, 15);
        var host = builder.Host.Contains(':', StringComparison.Ordinal) ? $"[{builder.Host}]" : builder.Host;
        return new PostgresAddress(builder, $"postgres://{host}{(builder.Port == DefaultPort ? "" : $":{builder.Port}")}/{builder.Database}");
    }

    private static bool IsUrl(string text) =>
        text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    private static NpgsqlConnectionStringBuilder FromWords(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (ArgumentException error)
        {
            throw Wrong(error.ParamName is { Length: > 0 } word ? $"its part {word} is unknown or has a value that cannot be" : "it is not made of NAME=VALUE parts");
        }
    }

    private static NpgsqlConnectionStringBuilder FromUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            throw Wrong("it is no URL (write % and @ in a password as %25 and %40)");
        }

        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = Uri.UnescapeDataString(url.Host.Trim('[', ']')),
            Port = url.Port > 0 ? url.Port : DefaultPort,
            Database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/')),
        };
        var (user, password) = url.UserInfo.Split(':', 2) switch
        {
            [var name, var secret] => (name, secret),
            [var name] => (name, ""),
            _ => ("", ""),
        };
        builder.Username = user.Length > 0 ? Uri.UnescapeDataString(user) : null;
        builder.Password = password.Length > 0 ? Uri.UnescapeDataString(password) : null;
        foreach (var part in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = part.Split('=', 2) is [var left, var right] ? (left, Uri.UnescapeDataString(right)) : (part, "");
            Set(builder, Uri.UnescapeDataString(name), value);
        }

        return builder;
    }

    private static void Set(NpgsqlConnectionStringBuilder builder, string name, string value)
    {
        // The names that libpq gives them.
        var word = name.ToLower(CultureInfo.InvariantCulture) switch
        {
            "sslmode" => "SSL Mode",
            "sslrootcert" => "Root Certificate",
            "sslcert" => "SSL Certificate",
            "sslkey" => "SSL Key",
            "application_name" => "Application Name",
            "connect_timeout" => "Timeout",
            "channel_binding" => "Channel Binding",
            "target_session_attrs" => "Target Session Attributes",
            "search_path" => "Search Path",
            "dbname" => "Database",
            "user" => "Username",
            _ => name,
        };
        try
        {
            builder[word] = word == "SSL Mode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }
        catch (ArgumentException)
        {
            throw Wrong($"its part {name} is unknown or has a value that cannot be");
        }
    }

    private static StorageException Wrong(string why) => new(
        $"The setting \"database\" cannot be used, because {why}: write postgres://USER:PASSWORD@HOST/DATABASE or Host=HOST;Database=DATABASE;Username=USER;Password=PASSWORD.");
}
