package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.cli.HostPort;
import dev.sluice.lab.FreePorts;
import dev.sluice.xds.bootstrap.Bootstrap;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chart, installed by the real helm into a real API server: {@code helm/chart-test.sh}. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class ChartIT {

  @TempDir private Path folder;

  @Test
  void theChartRejectsWrongValuesInstallsUpgradesRollsBackAndLeavesNothing() throws Exception {
    try (ChartScene scene = ChartScene.open(folder)) {
      ProcessBuilder test = new ProcessBuilder("bash", "../helm/chart-test.sh");
      test.environment().put("SLUICE_HELM", scene.helm().toString());
      test.environment().put("SLUICE_KUBECTL", scene.kubectl().binary().toString());
      test.environment().put("KUBECONFIG", scene.kubeconfig().toString());
      test.environment().put("HOME", folder.toString());
      Process process = test.redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(process.waitFor()).as(output).isZero();
      assertThat(output)
          .contains("ok   nothing is left", "ok   nothing of cert-manager's is left")
          .doesNotContain("FAIL");
    }
  }

  @Test
  void sluiceRunsWithTheRightsOfItsAccountInTheChartAndNoOthers() throws Exception {
    try (ChartScene scene = ChartScene.open(folder)) {
      scene.install("foreman.hold.enabled=true");
      scene.applyObjects();
      HostPort http = new HostPort("127.0.0.1", FreePorts.pick());

      try (Sluice _ = Sluice.start(scene.settings(http))) {
        scene.awaitMarks();
        assertThat(metrics(http))
            .contains("sluice_leader 1.0", "sluice_kubernetes_kinds_missing 0.0")
            .contains("sluice_status_write_failures_total{cause=\"refused\"} 0.0")
            .contains("sluice_memory_writes_total{outcome=\"failed\"} 0.0");
      }
    }
  }

  @Test
  void anUpgradeKeepsWhatSluiceWroteAndAnUninstallLeavesNothingOfIt() throws Exception {
    try (ChartScene scene = ChartScene.open(folder)) {
      scene.install("foreman.hold.enabled=true");
      scene.applyObjects();
      HostPort http = new HostPort("127.0.0.1", FreePorts.pick());

      try (Sluice _ = Sluice.start(scene.settings(http))) {
        scene.awaitMarks();
        scene.upgrade("foreman.hold.enabled=true", "replicaCount=3");
        assertThat(scene.marks()).containsExactlyInAnyOrder(ChartScene.MARKS);
        Process uninstall = scene.beginUninstall();
        // The hook's pod: no controller makes one here. Sluice runs on, and must not interfere.
        String report = scene.retire();
        scene.reportHookDone();

        assertThat(uninstall.waitFor()).isZero();
        assertThat(report)
            .contains(
                "Agent default/coder: released",
                "InferenceService default/qwen: status cleared",
                "ModelRouter default/chat: status cleared",
                "InferenceSLO default/qwen: status cleared",
                "ServiceLevelObjective default/qwen-errors: deleted",
                "Lease sluice-system/sluice: deleted",
                "ConfigMap sluice-system/sluice-memory: deleted");
        assertThat(scene.marks()).isEmpty();
      }
      assertThat(scene.marks()).as("after Sluice's own end").isEmpty();
    }
  }

  @Test
  void aSluiceOfOneNamespaceIsUninstalledWithTheRightsOfItsRolesThere() throws Exception {
    try (ChartScene scene = ChartScene.open(folder)) {
      scene.install(
          "watchNamespace=default",
          "foreman.hold.enabled=true",
          "manageFleets.enabled=true",
          "tls.mode=certManager",
          "tls.issuerRef.name=ours");
      scene.applyObjects();

      try (Sluice _ = Sluice.start(scene.settingsWithin("default", TestSettings.loopback()))) {
        scene.awaitMarks();
        scene.awaitFleet();
        Process uninstall = scene.beginUninstall();
        assertThat(scene.clusterRights()).as("rights beyond the namespace").isEmpty();
        String report = scene.retire();
        scene.reportHookDone();

        assertThat(uninstall.waitFor()).isZero();
        assertThat(report)
            .contains(
                "Deployment default/chat-envoy: deleted",
                "Certificate default/chat-envoy: deleted",
                "Agent default/coder: released",
                "InferenceService default/qwen: status cleared",
                "ServiceLevelObjective default/qwen-errors: deleted",
                "Lease sluice-system/sluice: deleted");
      }
      assertThat(scene.marks()).as("after Sluice's own end").isEmpty();
      assertThat(scene.fleet()).isEmpty();
      assertThat(scene.roles()).as("the hooks' Roles and bindings").isEmpty();
    }
  }

  private static String metrics(HostPort http) throws IOException {
    try (InputStream page = URI.create("http://" + http + "/metrics").toURL().openStream()) {
      return new String(page.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void anEnvoyOfTheChartIsToldWhatOneFromEnvoysFolderIs() throws Exception {
    Map<String, String> chart =
        configuration(HelmTemplate.of("fleets[0].router=chat", "fleets[0].namespace=default"));
    Map<String, String> example =
        configuration(Files.readString(Path.of("..", "envoy", "kubernetes.yaml")));

    assertThat(bootstrap(chart)).isEqualTo(bootstrap(example));
    assertThat(chart.get(Bootstrap.DRAIN)).isEqualTo(example.get(Bootstrap.DRAIN)).isNotBlank();
  }

  private static Map<?, ?> bootstrap(Map<String, String> files) {
    return Serialization.unmarshal(files.get(Bootstrap.FILE), Map.class);
  }

  /** What the ConfigMap among these objects says to an Envoy. */
  private static Map<String, String> configuration(String objects) {
    return Arrays.stream(objects.split("(?m)^---$", -1))
        .filter(object -> object.contains("kind: ConfigMap"))
        .map(object -> Serialization.unmarshal(object, ConfigMap.class).getData())
        .findFirst()
        .orElseThrow();
  }
}
