using System.Globalization;
using System.Text;
using System.Text.Json;
using Muster.Agents.Tools;
using Muster.Node.Folders;

namespace Muster.Node.Tools.Files;

public sealed class FileListTool : Tool
{
    private const int MostEntries = 1_000;
    private readonly ConfinedFolder _folder;

    internal FileListTool(ConfinedFolder folder) => _folder = folder;

    public override string Name => "file_list";

    public override string Description => "Shows the files and folders of the working folder as a tree, with sizes.";

    public override JsonElement Parameters { get; } = Arguments.Schema("""
        {"type": "object", "properties": {
          "path": {"type": "string", "description": "Where to begin, relative to the working folder.", "default": "."},
          "depth": {"type": "integer", "description": "How many levels to show.", "minimum": 1, "maximum": 20, "default": 3},
          "hidden": {"type": "boolean", "description": "Names that begin with a dot too.", "default": false}
        }}
        """);

    public override Replay Replay => Replay.Safe;

    public override Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort) => Task.Run(() =>
    {
        var path = call.Optional("path") ?? ".";
        if (_folder.Stat(path) is { Kind: EntryKind.File } file)
        {
            return ToolResult.FromText($"{file.Path}  {FileText.Size(file.Size)}");
        }

        var tree = new Tree(_folder, call.Truth("hidden"), abort);
        tree.Add(path, call.Whole("depth", 3, 1, 20), indent: 0);
        return ToolResult.FromText(tree.ToString());
    }, abort);

    private sealed class Tree(ConfinedFolder folder, bool hidden, CancellationToken abort)
    {
        private readonly StringBuilder _text = new();
        private int _entries;

        public void Add(string path, int depth, int indent)
        {
            abort.ThrowIfCancellationRequested();
            foreach (var entry in folder.Enumerate(path).Where(entry => hidden || !entry.Name.StartsWith('.')))
            {
                if (_entries++ >= MostEntries)
                {
                    return;
                }

                _text.Append(' ', indent * 2).Append(Printable(entry.Name));
                switch (entry.Kind)
                {
                    case EntryKind.Directory:
                        _text.Append("/\n");
                        Below(entry, depth, indent);
                        break;
                    case EntryKind.File:
                        _text.Append("  ").Append(FileText.Size(entry.Size)).Append('\n');
                        break;
                    default:
                        _text.Append(entry.Kind == EntryKind.Link ? "  (link)\n" : "  (special file)\n");
                        break;
                }
            }
        }

        public override string ToString() => _entries switch
        {
            0 => "(empty)",
            > MostEntries => _text + string.Create(CultureInfo.InvariantCulture, $"[Only the first {MostEntries} entries. List a folder below, or fewer levels.]"),
            _ => _text.ToString().TrimEnd('\n'),
        };

        private void Below(FolderEntry entry, int depth, int indent)
        {
            if (depth <= 1)
            {
                return;
            }

            try
            {
                Add(entry.Path, depth - 1, indent + 1);
            }
            catch (ToolException refused)
            {
                _text.Append(' ', (indent + 1) * 2).Append('[').Append(refused.Message).Append("]\n");
            }
        }

        // A name with a line break would look like two.
        private static string Printable(string name) => string.Concat(name.Select(c => char.IsControl(c) ? '?' : c));
    }
}
