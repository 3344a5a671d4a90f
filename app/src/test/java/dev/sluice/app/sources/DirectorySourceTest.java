package dev.sluice.app.sources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.manifests.Problem;
import dev.sluice.app.manifests.World;
import dev.sluice.evaluator.judge.DeclaredService;
import dev.sluice.model.ServiceRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit sets the folder, setUp the source
class DirectorySourceTest {

  private static final ServiceRef QWEN = new ServiceRef("default", "qwen");
  private static final Duration BOUND = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private final BlockingQueue<World> worlds = new LinkedBlockingQueue<>();
  private DirectorySource source;

  @BeforeEach
  void setUp() throws IOException {
    Files.writeString(folder.resolve("qwen.yaml"), service("qwen"));
    source = new DirectorySource(folder, Duration.ofMillis(500));
    source.start(worlds::add);
  }

  @AfterEach
  void tearDown() {
    source.close();
  }

  @Test
  void theFolderIsReadAtTheStart() throws InterruptedException {
    assertThat(next().declarations().services())
        .extracting(DeclaredService::ref)
        .containsExactlyInAnyOrder(QWEN);
  }

  @Test
  void aChangeIsPickedUp() throws Exception {
    next();
    Files.writeString(folder.resolve("more.yaml"), service("llama"));

    World world = next();

    assertThat(world.declarations().services())
        .extracting(DeclaredService::ref)
        .containsExactlyInAnyOrder(QWEN, new ServiceRef("default", "llama"));
  }

  @Test
  void aBrokenFileKeepsItsLastGoodVersionAndIsNamedWithItsLineUntilRepaired() throws Exception {
    next();

    Files.writeString(folder.resolve("qwen.yaml"), "metadata:\n  name: [\n");
    World broken = next();
    Files.writeString(folder.resolve("qwen.yaml"), service("qwen"));
    World repaired = next();

    assertThat(broken.declarations().services())
        .extracting(DeclaredService::ref)
        .containsExactlyInAnyOrder(QWEN);
    assertThat(broken.problems()).extracting(Problem::file).containsExactly("qwen.yaml");
    assertThat(broken.problems().getFirst().line()).isPositive();
    assertThat(repaired.problems()).isEmpty();
  }

  @Test
  void aDeletedFileIsGone() throws Exception {
    next();
    Files.delete(folder.resolve("qwen.yaml"));

    assertThat(next().declarations().services()).isEmpty();
  }

  @Test
  void filesThatAreNoManifestsAreIgnored() throws Exception {
    next();
    Files.writeString(folder.resolve("notes.txt"), "not: [yaml");
    Files.writeString(folder.resolve(".hidden.yaml"), "not: [yaml");
    Files.writeString(folder.resolve("more.yaml"), service("llama"));

    assertThat(next().problems()).isEmpty();
  }

  @Test
  void aFileThatIsNotTextIsAProblemAndNotTheEnd() throws Exception {
    next();
    Files.write(folder.resolve("binary.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});

    World world = next();

    assertThat(world.problems())
        .extracting(Problem::toString)
        .containsExactly("binary.yaml: not UTF-8 text (expected: YAML in UTF-8)");
    assertThat(world.declarations().services())
        .extracting(DeclaredService::ref)
        .containsExactlyInAnyOrder(QWEN);
  }

  private World next() throws InterruptedException {
    World world = worlds.poll(BOUND.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(world).as("a world within %s", BOUND).isNotNull();
    return world;
  }

  private static String service(String name) {
    return """
    apiVersion: inference.llmkube.dev/v1alpha1
    kind: InferenceService
    metadata: {name: %s}
    """
        .formatted(name);
  }
}
