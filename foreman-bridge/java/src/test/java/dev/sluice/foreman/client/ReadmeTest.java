package dev.sluice.foreman.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.verdict.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ReadmeTest {

  private static final Path README = Path.of("README.md");
  private static final Path EXAMPLE =
      Path.of("src/test/java/dev/sluice/foreman/client/ReadmeExample.java");

  @Test
  void itsCodeIsCodeThatCompiles() throws IOException {
    String compiled = withoutIndent(Files.readString(EXAMPLE));

    List<String> blocks = javaBlocks();

    assertThat(blocks).hasSize(2).allSatisfy(block -> assertThat(compiled).contains(block));
  }

  @Test
  void itsExampleWaitsForAServiceInBreach() throws Exception {
    ReadmeExample example = new ReadmeExample();

    try (FixedBreachService service =
        new FixedBreachService(Sample.of(Sample.QWEN, Sample.breached()))) {
      example.ask(service.address());
    }

    assertThat(example.done).hasSize(1);
    assertThat(example.done.getFirst())
        .startsWith("waits: InferenceService default/qwen is Breach");
  }

  // Indented blocks; those that aren't Java are XML or shell.
  private static List<String> javaBlocks() throws IOException {
    return Arrays.stream(Files.readString(README).split("\n\n", -1))
        .filter(block -> block.startsWith("    ") && block.contains("DispatchGate"))
        .map(ReadmeTest::withoutIndent)
        .toList();
  }

  private static String withoutIndent(String text) {
    return text.lines().map(String::strip).collect(Collectors.joining("\n"));
  }
}
