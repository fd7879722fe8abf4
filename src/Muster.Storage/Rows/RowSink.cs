namespace Muster.Storage.Rows;

/// <summary>Takes the rows of one set-wise write and gives them to the engine. Kept by its connection and used again.</summary>
internal abstract class RowSink(RowTable table, RowVerb verb) : RowValues, IDisposable
{
    private readonly RowType[] _types = [.. table.Given(verb).Select(column => column.Type)];
    private bool _open;

    protected int Width => _types.Length;

    /// <summary>The column that comes next in the current row.</summary>
    protected int Column { get; private set; }

    protected int Affected { get; set; }

    public void Begin()
    {
        if (_open)
        {
            throw new InvalidOperationException($"Rows of {table.Name} are being written already: a row's writer may not write rows of the same table.");
        }

        (_open, Column, Affected) = (true, 0, 0);
        Clear();
    }

    public void EndRow()
    {
        if (Column != Width)
        {
            throw new InvalidOperationException($"A row of {table.Name} has {Width} columns and was given {Column} values.");
        }

        Column = 0;
        Send();
    }

    public int Finish()
    {
        Flush();
        return Affected;
    }

    /// <summary>Also after a write that failed.</summary>
    public void End() => _open = false;

    public abstract void Dispose();

    protected int Next(RowType type)
    {
        if (Column >= Width)
        {
            throw new InvalidOperationException($"A row of {table.Name} has {Width} columns and was given more values.");
        }

        if (_types[Column] != type)
        {
            throw new InvalidOperationException($"Column {table.Given(verb)[Column].Name} of {table.Name} is {_types[Column]} and was given {type}.");
        }

        return Column++;
    }

    protected int NextNull()
    {
        if (Column >= Width)
        {
            throw new InvalidOperationException($"A row of {table.Name} has {Width} columns and was given more values.");
        }

        return Column++;
    }

    protected RowType TypeOf(int column) => _types[column];

    /// <summary>Forgets what a write that failed may have left.</summary>
    protected abstract void Clear();

    /// <summary>The current row is whole.</summary>
    protected abstract void Send();

    /// <summary>No row follows.</summary>
    protected abstract void Flush();
}
