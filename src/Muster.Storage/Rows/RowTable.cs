namespace Muster.Storage.Rows;

public enum RowType
{
    Integer,
    Text,
    Blob,
    Real,
}

public sealed record RowColumn(string Name, RowType Type, bool Key = false);

/// <summary>What becomes of an inserted row whose key is there already.</summary>
public enum RowConflict
{
    /// <summary>The work fails.</summary>
    Fail,

    /// <summary>The row that is there stays.</summary>
    Keep,

    /// <summary>The columns that are not in the key are set; <see cref="RowTable.Updated"/> can name fewer.</summary>
    Update,
}

/// <summary>
/// A table as set-wise writes see it: the columns that are given for each row, in order. Make one per use and keep it in a
/// static field; connections keep statements prepared for it.
/// </summary>
public sealed class RowTable(string name, RowConflict conflict, params RowColumn[] columns)
{
    public string Name { get; } = name;

    public RowConflict Conflict { get; } = conflict;

    public IReadOnlyList<RowColumn> Columns { get; } = columns;

    /// <summary>Columns that a conflict sets, where not all that are outside the key.</summary>
    public IReadOnlyList<string>? Updated { get; init; }

    internal IReadOnlyList<RowColumn> Keys { get; } = [.. columns.Where(column => column.Key)];

    internal IReadOnlyList<string> Rest { get; } = [.. columns.Where(column => !column.Key).Select(column => column.Name)];

    /// <summary>The columns that a verb takes for each row.</summary>
    internal IReadOnlyList<RowColumn> Given(RowVerb verb)
    {
        if (Keys.Count == 0 && (verb != RowVerb.Insert || Conflict == RowConflict.Update))
        {
            throw new InvalidOperationException($"The columns given for {Name} name no key, so rows cannot be found by it: mark the key's columns.");
        }

        return verb == RowVerb.Delete ? Keys : Columns;
    }
}

internal enum RowVerb
{
    Insert,
    Update,
    Delete,
}
