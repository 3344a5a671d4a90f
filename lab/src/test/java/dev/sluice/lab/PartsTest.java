package dev.sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartsTest {

  @TempDir Path folder;

  @Test
  void theVariableNamesTheBinary() throws IOException {
    Path own = executable("my-envoy");

    Parts parts = new Parts(Map.of("SLUICE_ENVOY", own.toString()));

    assertThat(parts.findEnvoy()).isEqualTo(own);
  }

  @Test
  void withoutVariableThePinnedPartOfTheCacheIsUsed() throws IOException {
    Path pinned = executable("parts/prometheus-2.42.0/prometheus");

    Parts parts = new Parts(Map.of("SLUICE_CACHE", folder.toString()));

    assertThat(parts.findPrometheus()).isEqualTo(pinned);
  }

  @Test
  void aMissingPartIsOneSentenceWithTheWayOut() {
    Parts parts = new Parts(Map.of("SLUICE_CACHE", folder.toString()));

    assertThatThrownBy(parts::findEnvoy)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Envoy 1.40.0 not found at %s; run ./sluice parts, or set SLUICE_ENVOY to an Envoy >= 1.37",
            folder.resolve("parts/envoy-1.40.0/envoy"));
  }

  @Test
  void aVariableThatNamesNoExecutableIsRefusedEvenIfTheCacheHasThePart() throws IOException {
    executable("parts/envoy-1.40.0/envoy");
    Path text = Files.writeString(folder.resolve("notes.txt"), "not a program");

    Parts parts =
        new Parts(Map.of("SLUICE_CACHE", folder.toString(), "SLUICE_ENVOY", text.toString()));

    assertThatThrownBy(parts::findEnvoy)
        .hasMessage(
            "SLUICE_ENVOY: %s (expected: an executable file, an Envoy >= 1.37)", text.toString());
  }

  @Test
  void kubernetesIsThereOnlyWithBothOfItsBinaries() throws IOException {
    String apiServer = executable("kube-apiserver").toString();
    String etcd = executable("etcd").toString();

    assertThat(new Parts(Map.of("SLUICE_KUBE_APISERVER", apiServer)).findKubernetes()).isEmpty();
    assertThat(
            new Parts(Map.of("SLUICE_KUBE_APISERVER", apiServer, "SLUICE_ETCD", etcd))
                .findKubernetes())
        .contains(new Parts.KubeBinaries(Path.of(apiServer), Path.of(etcd)));
  }

  private Path executable(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }
}
