using System.Globalization;
using Muster.Hub.Jobs.Spec.Reading;
using Muster.Hub.Jobs.Spec.Values;

namespace Muster.Hub.Jobs.Spec.Steps;

/// <summary>Reads what a function is called with. Its JSON is not looked into.</summary>
internal sealed class PayloadReader(SpecValues values)
{
    private const string Example = "payloads: [{\"n\": 1}, {\"n\": 2}]";

    public StepPayloads? Read(FieldSet fields)
    {
        if (fields["payload"] is SpecPayload { Json: var json } one)
        {
            Check(one, json.Length, null, one.Place);
            return new StepPayloads([json], ForEach: false);
        }

        if (fields["payloads"] is not { } node)
        {
            return null;
        }

        if (node is not SpecPayloads list)
        {
            values.Errors.Add(node, $"This must be a list, and is {node.Kind}.", $"Write {Example}; payload: is one value for all tasks.");
            return null;
        }

        if (list.Count is 0 or > SpecLimits.Tasks)
        {
            values.Errors.Add(node, string.Create(CultureInfo.InvariantCulture, $"There are {list.Count:N0} payloads, and it must be 1 to {SpecLimits.Tasks:N0}."),
                list.Count == 0 ? $"Write {Example}." : "Split it into several jobs.");
            return null;
        }

        for (var i = 0; i < list.Items.Count; i++)
        {
            Check(node, list.Items[i].Length, i, list.PlaceOf(i));
        }

        return new StepPayloads(list.Items, ForEach: true);
    }

    private void Check(SpecNode node, int length, int? index, int place)
    {
        if (length > SpecLimits.PayloadBytes)
        {
            values.Errors.Add(node, index, place, string.Create(CultureInfo.InvariantCulture, $"This payload has {length:N0} bytes, and {SpecLimits.PayloadBytes:N0} are the most."),
                "Pass a file as an input instead.");
        }
    }
}
