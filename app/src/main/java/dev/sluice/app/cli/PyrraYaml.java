package dev.sluice.app.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import dev.sluice.app.manifests.ObjectiveDocument;
import dev.sluice.evaluator.render.RenderedSlo;
import java.io.UncheckedIOException;

/** Writes a rendered objective as a manifest. */
final class PyrraYaml {

  private static final ObjectMapper YAML =
      new ObjectMapper(YAMLFactory.builder().disable(YAMLGenerator.Feature.SPLIT_LINES).build());

  private PyrraYaml() {}

  /** One document, with the mark that begins it. */
  static String write(RenderedSlo rendered) {
    try {
      return YAML.writeValueAsString(ObjectiveDocument.of(rendered));
    } catch (JsonProcessingException unexpected) {
      throw new UncheckedIOException(unexpected);
    }
  }
}
