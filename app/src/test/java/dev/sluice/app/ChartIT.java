package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.lab.Parts;
import dev.sluice.lab.kube.KubeApiServer;
import dev.sluice.lab.kube.Kubectl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chart, installed by the real helm into a real API server: {@code helm/chart-test.sh}. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class ChartIT {

  @TempDir private Path folder;

  @Test
  void theChartRejectsWrongValuesInstallsUpgradesRollsBackAndLeavesNothing() throws Exception {
    Optional<Parts.KubeBinaries> binaries = Parts.kubernetes();
    Optional<Path> kubectl = Parts.kubectl();
    Optional<Path> helm = Parts.helm();
    assumeTrue(
        binaries.isPresent() && kubectl.isPresent() && helm.isPresent(),
        "SLUICE_KUBE_APISERVER, SLUICE_ETCD, SLUICE_KUBECTL and SLUICE_HELM aren't set (expected: the"
            + " binaries)");
    try (KubeApiServer server = KubeApiServer.start(binaries.get(), folder.resolve("kube"))) {
      apply(new Kubectl(kubectl.get(), server.kubeconfig()));

      ProcessBuilder test = new ProcessBuilder("bash", "../helm/chart-test.sh");
      test.environment().put("SLUICE_HELM", helm.get().toString());
      test.environment().put("SLUICE_KUBECTL", kubectl.get().toString());
      test.environment().put("KUBECONFIG", server.kubeconfig().toString());
      test.environment().put("HOME", folder.toString());
      Process process = test.redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(process.waitFor()).as(output).isZero();
      assertThat(output).contains("ok   nothing is left").doesNotContain("FAIL");
    }
  }

  private void apply(Kubectl kubectl) throws IOException {
    for (String name : new String[] {"crds", "foreman-crds", "pyrra-crd"}) {
      try (var stream = ChartIT.class.getResourceAsStream("/kube/" + name + ".yaml")) {
        Path file = folder.resolve(name + ".yaml");
        Files.write(file, Objects.requireNonNull(stream, name).readAllBytes());
        kubectl.run("apply", "--server-side", "-f", file.toString());
      }
    }
    kubectl.run("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
  }
}
