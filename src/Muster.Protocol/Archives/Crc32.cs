namespace Muster.Protocol.Archives;

/// <summary>The checksum of ZIP, eight bytes at a time; elsewhere System.IO.Hashing would do it.</summary>
internal struct Crc32()
{
    private static readonly uint[] _table = Table();
    private uint _state = uint.MaxValue;

    public readonly uint Value => ~_state;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        var (state, table) = (_state, _table);
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var low = state ^ (bytes[0] | ((uint)bytes[1] << 8) | ((uint)bytes[2] << 16) | ((uint)bytes[3] << 24));
            state = table[0x700 + (low & 0xff)] ^ table[0x600 + ((low >> 8) & 0xff)] ^ table[0x500 + ((low >> 16) & 0xff)] ^ table[0x400 + (low >> 24)]
                ^ table[0x300 + bytes[4]] ^ table[0x200 + bytes[5]] ^ table[0x100 + bytes[6]] ^ table[bytes[7]];
        }

        foreach (var value in bytes)
        {
            state = table[(state ^ value) & 0xff] ^ (state >> 8);
        }

        _state = state;
    }

    private static uint[] Table()
    {
        var table = new uint[8 * 256];
        for (var i = 0U; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) == 0 ? value >> 1 : 0xEDB88320 ^ (value >> 1);
            }

            table[i] = value;
        }

        for (var i = 256; i < table.Length; i++)
        {
            table[i] = table[table[i - 256] & 0xff] ^ (table[i - 256] >> 8);
        }

        return table;
    }
}
