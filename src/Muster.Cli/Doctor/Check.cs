namespace Muster.Cli.Doctor;

internal enum CheckState
{
    Ok,
    Warning,
    Problem,
}

/// <param name="Fix">What to do about it.</param>
internal sealed record Finding(string Check, CheckState State, string Text, string? Fix = null);

/// <summary>One thing that a newcomer can get wrong.</summary>
internal interface ICheck
{
    /// <summary>As its findings are called.</summary>
    string Name { get; }

    Task<IReadOnlyList<Finding>> RunAsync(CommandContext context, CancellationToken cancellationToken);
}
