namespace Muster.Storage.Rows;

/// <summary>Gives the values of one row, in the order of the table's columns: <c>(row, task) => row.Add(task.Job).Add(task.Index)</c>.</summary>
public delegate void RowWriter<in T>(RowValues row, T item);

/// <summary>Where a <see cref="RowWriter{T}"/> puts the values of a row.</summary>
/// <remarks>A value of another type than its column's, or more or fewer values than columns, is an <see cref="InvalidOperationException"/>.</remarks>
public abstract class RowValues
{
    public abstract RowValues Add(long value);

    public abstract RowValues Add(double value);

    public abstract RowValues Add(ReadOnlySpan<byte> value);

    /// <summary>The array is taken as it is: it must not change before the work ends.</summary>
    public abstract RowValues Add(byte[]? value);

    public abstract RowValues Add(string? value);

    public abstract RowValues AddNull();

    public RowValues Add(long? value) => value is { } number ? Add(number) : AddNull();

    public RowValues Add(double? value) => value is { } number ? Add(number) : AddNull();

    /// <summary>As 1 or 0.</summary>
    public RowValues Add(bool value) => Add(value ? 1L : 0L);
}
