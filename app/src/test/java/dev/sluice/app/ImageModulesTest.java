package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/** The image's runtime has each module of the JDK that Sluice and its libraries use. */
class ImageModulesTest {

  private static final Path DOCKERFILE = Path.of("..", "helm", "image", "Dockerfile");

  @Test
  void theImageHasEachModuleThatSluiceUses() throws IOException {
    Configuration image =
        Configuration.empty().resolve(ModuleFinder.ofSystem(), ModuleFinder.of(), linked());

    assertThat(used())
        .allSatisfy(module -> assertThat(image.findModule(module)).as(module).isPresent());
  }

  /** What jlink is told. */
  private static Set<String> linked() throws IOException {
    return Files.readString(DOCKERFILE)
        .lines()
        .filter(line -> line.startsWith("java.base,"))
        .findFirst()
        .map(line -> Set.of(line.split(",")))
        .orElseThrow();
  }

  /** What {@code jdeps} finds from Sluice's own classes on. */
  private static List<String> used() {
    StringWriter out = new StringWriter();
    int code =
        ToolProvider.findFirst("jdeps")
            .orElseThrow()
            .run(
                new PrintWriter(out),
                new PrintWriter(out),
                "--ignore-missing-deps",
                "--multi-release=25",
                "--print-module-deps",
                "--class-path=" + System.getProperty("java.class.path"),
                Path.of("target", "classes").toString());
    assertThat(code).as(out.toString()).isZero();
    return List.of(out.toString().strip().split(","));
  }
}
