package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.lab.Parts;
import dev.sluice.lab.kube.KubeApiServer;
import dev.sluice.lab.kube.Kubectl;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
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

  @Test
  void anEnvoyOfTheChartIsToldWhatOneFromEnvoysFolderIs() throws Exception {
    Optional<Path> helm = Parts.helm();
    assumeTrue(helm.isPresent(), "SLUICE_HELM isn't set (expected: the binary)");
    Process template =
        new ProcessBuilder(
                helm.get().toString(),
                "template",
                "sluice",
                "../helm/sluice",
                "--namespace=sluice-system",
                "--set=fleets[0].router=chat",
                "--set=fleets[0].namespace=default")
            .start();
    String chart = new String(template.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(template.waitFor()).isZero();
    assertThat(bootstrap(chart))
        .isEqualTo(bootstrap(Files.readString(Path.of("..", "envoy", "kubernetes.yaml"))));
  }

  /** What the ConfigMap among these objects says to an Envoy. */
  private static Map<?, ?> bootstrap(String objects) {
    return Arrays.stream(objects.split("(?m)^---$", -1))
        .filter(object -> object.contains("kind: ConfigMap"))
        .map(object -> Serialization.unmarshal(object, ConfigMap.class).getData().get("envoy.yaml"))
        .<Map<?, ?>>map(yaml -> Serialization.unmarshal(yaml, Map.class))
        .findFirst()
        .orElseThrow();
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
