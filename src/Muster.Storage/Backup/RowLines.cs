using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Muster.Storage.Rows;

namespace Muster.Storage.Backup;

/// <summary>A row as a line: <c>[7,"text",null,{"b":"base64"},0.5]</c>.</summary>
internal sealed class RowLines(Stream output) : IDisposable
{
    private readonly Utf8JsonWriter _json = new(output, new JsonWriterOptions { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public long Written { get; private set; }

    public void Write(DbDataReader row)
    {
        _json.WriteStartArray();
        for (var column = 0; column < row.FieldCount; column++)
        {
            Write(row.GetValue(column));
        }

        _json.WriteEndArray();
        _json.Flush();
        Written += _json.BytesCommitted + 1;
        _json.Reset();
        output.WriteByte((byte)'\n');
    }

    public void Dispose() => _json.Dispose();

    /// <summary>Gives the values of a line to a row of a table with these columns.</summary>
    public static void Read(RowValues row, ReadOnlyMemory<byte> line, IReadOnlyList<RowColumn> columns)
    {
        var json = new Utf8JsonReader(line.Span);
        json.Read();
        for (var column = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; column++)
        {
            var real = column < columns.Count && columns[column].Type == RowType.Real;
            _ = json.TokenType switch
            {
                JsonTokenType.Null => row.AddNull(),
                JsonTokenType.String => row.Add(json.GetString()),
                JsonTokenType.Number => real ? row.Add(json.GetDouble()) : row.Add(json.GetInt64()),
                _ => Tagged(row, ref json),
            };
        }
    }

    private static RowValues Tagged(RowValues row, ref Utf8JsonReader json)
    {
        json.Read();
        var tag = json.GetString();
        json.Read();
        var result = tag == "b" ? row.Add(json.GetBytesFromBase64()) : row.Add(double.Parse(json.GetString()!, CultureInfo.InvariantCulture));
        json.Read();
        return result;
    }

    private void Write(object value)
    {
        switch (value)
        {
            case DBNull:
                _json.WriteNullValue();
                break;
            case string text:
                _json.WriteStringValue(text);
                break;
            case byte[] bytes:
                _json.WriteStartObject();
                _json.WriteBase64String("b", bytes);
                _json.WriteEndObject();
                break;
            case double number when double.IsFinite(number):
                _json.WriteNumberValue(number);
                break;
            case double number:
                _json.WriteStartObject();
                _json.WriteString("r", number.ToString(CultureInfo.InvariantCulture));
                _json.WriteEndObject();
                break;
            default:
                _json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
