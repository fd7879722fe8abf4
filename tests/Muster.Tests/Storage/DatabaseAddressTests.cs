using Muster.Storage;
using Muster.Storage.Postgres;
using Shouldly;
using Xunit;

namespace Muster.Tests.Storage;

public sealed class DatabaseAddressTests
{
    [Theory]
    [InlineData("postgres://ann:p%40ss%3Aword@db.example/muster", "db.example", 5432, "muster", "ann", "p@ss:word")]
    [InlineData("postgresql://ann@[::1]:5433/muster?sslmode=verify-full&connect_timeout=3", "::1", 5433, "muster", "ann", null)]
    [InlineData("Host=db.example;Port=5433;Database=muster;Username=ann;Password=p", "db.example", 5433, "muster", "ann", "p")]
    [InlineData("Server=db.example;Database=muster", "db.example", 5432, "muster", null, null)]
    public void Address_InEitherForm_IsRead(string text, string host, int port, string database, string? user, string? password)
    {

        var builder = PostgresAddress.Parse(text).Builder;

        (builder.Host, builder.Port, builder.Database, builder.Username, builder.Password).ShouldBe((host, port, database, user, password));
    }

    [Theory]
    [InlineData("postgres://ann:s3cret@db.example/muster", "postgres://db.example/muster")]
    [InlineData("postgres://ann:s3cret@[::1]:5433/muster", "postgres://[::1]:5433/muster")]
    [InlineData("Host=db.example;Database=muster;Username=ann;Password=s3cret", "postgres://db.example/muster")]
    [InlineData("Password=s3cret", "…")]
    public void Shown_IsWithoutItsPassword(string text, string shown) => DatabaseAddress.Shown(text).ShouldBe(shown);

    [Theory]
    [InlineData("postgres:///muster", "it names no host")]
    [InlineData("Database=muster;Password=s3cret", "it names no host")]
    [InlineData("postgres://ann:s3cret@db.example", "it names no database")]
    [InlineData("postgres://ann:s3cret@db.example/muster?colour=s3cret", "its part colour is unknown or has a value that cannot be")]
    [InlineData("Host=db.example;Database=muster;Port=s3cret", "its part Port is unknown or has a value that cannot be")]
    [InlineData("postgres://ann:s3cret@db.example:port/muster", "it is no URL")]
    [InlineData("s3cret", "it is not made of NAME=VALUE parts")]
    public void Mistake_IsASentenceWithoutThePassword(string text, string why)
    {
        var mistake = DatabaseAddress.Mistake(text).ShouldNotBeNull();

        mistake.ShouldStartWith($"The setting \"database\" cannot be used, because {why}");
        mistake.ShouldContain("write postgres://USER:PASSWORD@HOST/DATABASE");
        mistake.ShouldNotContain("s3cret");
    }
}
