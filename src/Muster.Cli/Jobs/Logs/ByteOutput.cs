using System.Text;

namespace Muster.Cli.Jobs.Logs;

/// <summary>Bytes of a program as they are; decoded only where there is nothing but text to write to.</summary>
internal sealed class ByteOutput(Stream? bytes, TextWriter text)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    public void Write(ReadOnlySpan<byte> piece)
    {
        if (bytes is not null)
        {
            bytes.Write(piece);
            bytes.Flush();
            return;
        }

        var letters = new char[_decoder.GetCharCount(piece, flush: false)];
        _decoder.GetChars(piece, letters, flush: false);
        text.Write(letters);
        text.Flush();
    }
}
