package dev.sluice.app.manifests;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * What one file's text holds. No Java object is ever constructed from a tag: only the parser's node
 * graph is read.
 */
sealed interface YamlDocuments {

  /** Deeper than any manifest; it also ends a document that contains itself. */
  int MAX_DEPTH = 60;

  /** Enough for anchors in manifests, too few to blow a small file up to gigabytes. */
  int MAX_ALIASES = 20;

  /** The documents, empty ones left out. */
  record Read(List<Node> documents) implements YamlDocuments {
    public Read {
      documents = List.copyOf(documents);
    }
  }

  /** Text that isn't YAML: where (0 if unknown), and what the parser says. */
  record Broken(int line, String words) implements YamlDocuments {}

  /** Reads one file's text. */
  static YamlDocuments read(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setMaxAliasesForCollections(MAX_ALIASES);
    try {
      List<Node> documents = new ArrayList<>();
      for (var root : new Yaml(options).composeAll(new StringReader(text))) {
        Node document = Conversion.convert(root, 0);
        if (!(document instanceof Node.Absent)) {
          documents.add(document);
        }
      }
      return new Read(documents);
    } catch (Malformed malformed) {
      return new Broken(malformed.line, words(malformed.found));
    } catch (MarkedYAMLException marked) {
      String context = marked.getContext() == null ? "" : marked.getContext() + ": ";
      int line = marked.getProblemMark() == null ? 0 : marked.getProblemMark().getLine() + 1;
      return new Broken(line, words(context + marked.getProblem()));
    } catch (YAMLException exception) {
      return new Broken(0, words(String.valueOf(exception.getMessage())));
    }
  }

  private static String words(String found) {
    return "not YAML: " + found + " (expected: one or more YAML documents)";
  }

  /** A node that YAML allows and no manifest has. */
  final class Malformed extends YAMLException {
    private final int line;
    private final String found;

    Malformed(int line, String found) {
      super(found);
      this.line = line;
      this.found = found;
    }
  }

  /** From the parser's nodes to ours. */
  final class Conversion {

    private Conversion() {}

    static Node convert(org.yaml.snakeyaml.nodes.Node node, int depth) {
      int line = line(node);
      if (depth > MAX_DEPTH) {
        throw new Malformed(line, "nested more than " + MAX_DEPTH + " deep");
      }
      return switch (node) {
        case ScalarNode scalar ->
            scalar.getTag().equals(Tag.NULL)
                ? new Node.Absent(line)
                : new Node.Scalar(line, scalar.getValue());
        case SequenceNode sequence ->
            new Node.Sequence(
                line, sequence.getValue().stream().map(item -> convert(item, depth + 1)).toList());
        case MappingNode mapping -> new Node.Mapping(line, entries(mapping, depth + 1));
        default -> throw new Malformed(line, "an alias without an anchor");
      };
    }

    private static Map<String, Node> entries(MappingNode mapping, int depth) {
      Map<String, Node> entries = new LinkedHashMap<>();
      Map<String, Node> merged = new LinkedHashMap<>();
      for (NodeTuple tuple : mapping.getValue()) {
        int line = line(tuple.getKeyNode());
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
          throw new Malformed(line, "a key that isn't text");
        }
        Node value = convert(tuple.getValueNode(), depth);
        if (key.getTag().equals(Tag.MERGE)) {
          merge(value, merged);
        } else if (entries.put(key.getValue(), value) != null) {
          throw new Malformed(line, "key \"" + key.getValue() + "\" for the second time");
        }
      }
      merged.forEach(entries::putIfAbsent);
      return entries;
    }

    private static void merge(Node value, Map<String, Node> merged) {
      switch (value) {
        case Node.Mapping source -> source.entries().forEach(merged::putIfAbsent);
        case Node.Sequence sources -> sources.items().forEach(source -> merge(source, merged));
        case Node.Scalar _, Node.Absent _ -> {}
      }
    }

    private static int line(org.yaml.snakeyaml.nodes.Node node) {
      return node.getStartMark().getLine() + 1;
    }
  }
}
