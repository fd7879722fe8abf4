using Muster.Hub.Jobs.Spec.Reading;

namespace Muster.Hub.Jobs.Spec.Values;

/// <summary>The fields of one map, by their names; those that are not known have become errors.</summary>
internal sealed class FieldSet
{
    private readonly FieldNames _names;
    private readonly SpecNode?[] _values;

    public FieldSet(SpecMap map, FieldNames names, SpecErrors errors)
    {
        (Map, _names, _values) = (map, names, new SpecNode?[names.All.Count]);
        foreach (var member in map.Members)
        {
            var place = names.PlaceOf(member.Name!);
            if (place >= 0)
            {
                // What is nothing is left out: many a library writes null for it.
                _values[place] = member is SpecScalar { Scalar: ScalarKind.Null } ? null : member;
            }
            else
            {
                errors.Add(member, $"There is no field {SpecErrors.Quote(member.Name!)} here.", names.Fix(member.Name!));
            }
        }
    }

    public SpecMap Map { get; }

    public SpecNode? this[string name] => _values[_names.PlaceOf(name)];
}
