package dev.sluice.foreman.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What somebody gets who depends on the packaged client. */
final class ClientJarIT {

  private static final Path TARGET = Path.of("target");
  private static final Path LIB = TARGET.resolve("lib");
  private static final int JAVA_17 = 61;
  private static final int MAGIC = 0xCAFEBABE;

  @Test
  void everyClassOfOursRunsOnJava17() throws IOException {
    List<String> newer =
        Stream.of(clientJar(), comesWithIt("slo-model"))
            .flatMap(jar -> entries(jar).stream().filter(name -> version(jar, name) != JAVA_17))
            .toList();

    assertThat(newer).as("classes of another version than %d", JAVA_17).isEmpty();
  }

  @Test
  void whatComesWithItIsGrpcAndTheWordsAndNothingOfTheServer() throws IOException {
    assertThat(jars().map(jar -> jar.getFileName().toString().replaceFirst("-[0-9].*", "")))
        .containsOnly(
            "slo-model",
            "slf4j-api",
            "jspecify",
            // gRPC, without a transport.
            "grpc-api",
            "grpc-stub",
            "grpc-protobuf",
            "grpc-protobuf-lite",
            "protobuf-java",
            "proto-google-common-protos",
            // What these bring.
            "guava",
            "failureaccess",
            "listenablefuture",
            "error_prone_annotations",
            "j2objc-annotations",
            "jsr305",
            "animal-sniffer-annotations");
    assertThat(entries(clientJar()))
        .isNotEmpty()
        .allMatch(name -> name.matches("dev/sluice/foreman/(client|dispatch|wire)/.*"));
  }

  private static Path clientJar() throws IOException {
    try (Stream<Path> files = Files.list(TARGET)) {
      return files
          .filter(file -> file.getFileName().toString().matches("breach-client-[^-]*\\.jar"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static Path comesWithIt(String name) throws IOException {
    return jars()
        .filter(jar -> jar.getFileName().toString().startsWith(name + "-"))
        .findFirst()
        .orElseThrow();
  }

  private static Stream<Path> jars() throws IOException {
    try (Stream<Path> files = Files.list(LIB)) {
      return files.toList().stream();
    }
  }

  private static List<String> entries(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream().map(JarEntry::getName).filter(name -> name.endsWith(".class")).toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static int version(Path jar, String name) {
    try (JarFile file = new JarFile(jar.toFile());
        DataInputStream bytes = new DataInputStream(file.getInputStream(file.getJarEntry(name)))) {
      assertThat(bytes.readInt()).as(name).isEqualTo(MAGIC);
      int minor = bytes.readUnsignedShort();
      assertThat(minor).as("preview features of " + name).isZero();
      return bytes.readUnsignedShort();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
