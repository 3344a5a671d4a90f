package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests that {@code docs/security.md} names exist. */
class SecurityDocumentationTest {

  private static final Pattern NAMED = Pattern.compile("`(\\w+(?:IT|Test))(?:\\.(\\w+))?`");

  private record Named(String type, String method) {}

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    List<Named> named =
        NAMED
            .matcher(Files.readString(Path.of("..", "docs", "security.md")))
            .results()
            .map(it -> new Named(it.group(1), it.group(2) == null ? "" : it.group(2)))
            .toList();

    assertThat(named).hasSizeGreaterThan(10);
    assertThat(named).allSatisfy(it -> assertThat(source(it)).contains(it.method()));
  }

  private static String source(Named named) throws IOException {
    for (Path root : roots()) {
      try (Stream<Path> files = Files.walk(root)) {
        Optional<Path> file = files.filter(it -> it.endsWith(named.type() + ".java")).findFirst();
        if (file.isPresent()) {
          return Files.readString(file.get());
        }
      }
    }
    throw new AssertionError("there is no " + named.type());
  }

  private static List<Path> roots() throws IOException {
    try (Stream<Path> modules = Files.list(Path.of(".."))) {
      return modules.map(it -> it.resolve("src/test/java")).filter(Files::isDirectory).toList();
    }
  }
}
