package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.app.cli.HostPort;
import dev.sluice.app.cli.Origin;
import dev.sluice.app.cli.RunSettings;
import dev.sluice.app.fleets.FleetCertificates;
import dev.sluice.app.fleets.FleetPart;
import dev.sluice.app.fleets.FleetParts;
import dev.sluice.app.fleets.FleetSettings;
import dev.sluice.app.fleets.FleetSettingsReader;
import dev.sluice.app.kube.ClusterSettings;
import dev.sluice.app.tls.TlsFiles;
import dev.sluice.lab.Await;
import dev.sluice.lab.CertificateAuthority;
import dev.sluice.lab.EnvoyProcess;
import dev.sluice.lab.FreePorts;
import dev.sluice.lab.HttpProbe;
import dev.sluice.lab.Parts;
import dev.sluice.lab.kube.Kubectl;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.bootstrap.BootstrapWriter;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fleets that Sluice makes itself, in a real API server, which runs no pods. */
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class ManagedFleetIT {

  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final JsonMapper JSON = new JsonMapper();
  private static final String KINDS = "configmap,service,pdb,deployment,hpa";
  private static final String NOTHING = "";

  @TempDir private Path folder;

  @Test
  void anEnvoyOfAFleetThatSluiceMadeIsServedAndTheFleetGoesAsItCame() throws Exception {
    try (ClusterScene scene = ClusterScene.start(folder)) {
      declare(scene, FreePorts.pick());
      RunSettings settings = settings(scene);
      Sluice first = scene.started(Sluice.start(settings));
      Kubectl kubectl = scene.kubectl();

      annotate(kubectl, "sluice.dev/manage-fleet=true", "sluice.dev/fleet-max-replicas=4");
      Await.until(BOUND, "the fleet is there", () -> fleet(kubectl).lines().count() == 5);
      awaitReason(kubectl, "NoPodReady");
      assertThat(owners(kubectl)).hasSize(5).allMatch(owner -> owner.equals("chat true"));
      int stats = startEnvoy(scene, kubectl);
      Await.until(
          BOUND,
          "its Envoy has what was made of the router",
          () -> condition(kubectl, "SLORoutingReady", "reason").equals("Acknowledged"));
      assertThat(HttpProbe.isOk("http://127.0.0.1:" + stats + "/ready")).isTrue();

      double writes = writes(settings);
      podsAreReady(kubectl);
      awaitReason(kubectl, "Applied");
      assertThat(writes(settings))
          .as("writes of passes that find all as it should be")
          .isEqualTo(writes);

      first.close();
      scene.started(Sluice.start(settings));
      kubectl.run("delete", "service", "chat-envoy");
      Await.until(BOUND, "it is made anew", () -> fleet(kubectl).lines().count() == 5);
      Await.until(BOUND, "the write is counted", () -> writes(settings) > 0);
      assertThat(writes(settings)).as("writes of the next leader").isEqualTo(1);
      annotate(kubectl, "sluice.dev/fleet-max-replicas-");
      Await.until(BOUND, "no autoscaler", () -> fleet(kubectl).lines().count() == 4);
      assertThat(replicas(kubectl)).isEqualTo("2");
      annotate(kubectl, "sluice.dev/fleet-max-replicas=4");
      Await.until(BOUND, "an autoscaler again", () -> fleet(kubectl).lines().count() == 5);
      assertThat(replicas(kubectl)).as("until the autoscaler has looked").isEqualTo("2");
      annotate(kubectl, "sluice.dev/manage-fleet-");
      Await.until(BOUND, "nothing is left", () -> fleet(kubectl).equals(NOTHING));
      awaitReason(kubectl, NOTHING);
    }
  }

  @Test
  void anObjectOfSomebodyElseIsNotTouchedAndIsNamed() throws Exception {
    try (ClusterScene scene = ClusterScene.start(folder)) {
      declare(scene, 8080);
      Kubectl kubectl = scene.kubectl();
      kubectl.run("create", "deployment", "chat-envoy", "--image=mine");
      String before = kubectl.run("get", "deployment", "chat-envoy", "-o", "yaml");
      scene.started(Sluice.start(settings(scene)));

      annotate(kubectl, "sluice.dev/manage-fleet=true");
      awaitReason(kubectl, "NotOurs");

      assertThat(condition(kubectl, "message")).startsWith("Deployment default/chat-envoy: isn't");
      assertThat(fleet(kubectl)).isEqualTo(NOTHING);
      assertThat(kubectl.run("get", "deployment", "chat-envoy", "-o", "yaml")).isEqualTo(before);
    }
  }

  @Test
  void theChartsAccountMakesFleetsAndRetireDeletesThem() throws Exception {
    try (ChartScene scene = ChartScene.open(folder)) {
      scene.install(
          "manageFleets.enabled=true",
          "foreman.hold.enabled=true",
          "tls.mode=certManager",
          "tls.issuerRef.name=ours");
      scene.applyObjects();
      Kubectl kubectl = scene.kubectl();
      FleetSettings like = FleetSettingsReader.read(chartsSettings(kubectl));
      try (Sluice _ = Sluice.start(scene.settings(TestSettings.loopback(), like))) {
        annotate(kubectl, "sluice.dev/manage-fleet=true");
        Await.until(BOUND, "the fleet is there", () -> fleet(kubectl).lines().count() == 4);
        Await.until(
            BOUND,
            "its certificate is asked for",
            () ->
                kubectl
                    .run("get", "certificates", "-o", "jsonpath={.items[*].spec.uris[0]}")
                    .equals("spiffe://cluster.local/fleet/default/chat"));
        awaitReason(kubectl, "NoPodReady");
        Process uninstall = scene.beginUninstall();

        assertThat(scene.retire())
            .contains(
                "Deployment default/chat-envoy: deleted",
                "Certificate default/chat-envoy: deleted",
                "ConfigMap default/chat-envoy: deleted");
        assertThat(fleet(kubectl)).isEqualTo(NOTHING);
        scene.reportHookDone();
        assertThat(uninstall.waitFor()).isZero();
      }
    }
  }

  @Test
  void aFleetThatSluiceMakesIsLikeOneOfTheChart() throws Exception {
    String chart =
        HelmTemplate.of(
            "fleets[0].router=chat",
            "fleets[0].namespace=default",
            "fleets[0].autoscaling.enabled=true",
            "fleets[0].autoscaling.maxReplicas=4",
            "tls.mode=certManager",
            "tls.issuerRef.name=ours");
    FleetSettings like =
        new FleetSettings(
            new BootstrapWriter.HostPort("sluice.sluice-system.svc", 18000),
            "envoyproxy/envoy:v1.40.0",
            2,
            70,
            "kubernetes.io/hostname",
            Map.of(
                "requests", Map.of("cpu", "250m", "memory", "128Mi"),
                "limits", Map.of("memory", "512Mi")),
            300,
            new FleetCertificates.CertManager(Map.of("name", "ours", "kind", "ClusterIssuer")));

    List<FleetPart> parts =
        FleetParts.of(
            new FleetParts.Fleet(new RouterRef("default", "chat"), "uid", 8080, 2, 4), like);

    assertThat(parts).hasSize(6);
    for (FleetPart part : parts) {
      assertThat(said(JSON.valueToTree(part.body())))
          .as(part.toString())
          .isEqualTo(said(ofChart(chart, part.key())));
    }
  }

  private static JsonNode ofChart(String chart, FleetPart.Key key) {
    return Arrays.stream(chart.split("(?m)^---$", -1))
        .filter(object -> object.contains("\nkind: " + key.kind().word() + "\n"))
        .<JsonNode>map(object -> JSON.valueToTree(Serialization.unmarshal(object, Map.class)))
        .filter(object -> object.at("/metadata/name").asText().equals(key.name()))
        .findFirst()
        .orElseThrow();
  }

  /** Without what the API server adds anyway, a label more, and the checksum of another text. */
  private static JsonNode said(JsonNode object) {
    if (object.path("data") instanceof ObjectNode data) {
      data.fieldNames().forEachRemaining(name -> data.put(name, "compared elsewhere"));
      return data;
    }
    JsonNode spec = object.path("spec");
    strip(spec);
    return spec;
  }

  private static void strip(JsonNode node) {
    if (node instanceof ObjectNode fields) {
      fields.remove(List.of("protocol", FleetParts.COMPONENT, "checksum/bootstrap"));
      if (fields.path("type").asText().equals("RollingUpdate")) {
        fields.remove("type");
      }
      if (fields.path("defaultMode").asText().equals("0440")) {
        // Octal to an API server, a text to the reader of this test.
        fields.put("defaultMode", 0440);
      }
    }
    node.forEach(ManagedFleetIT::strip);
  }

  private static void declare(ClusterScene scene, int listener) {
    scene.declareKinds(Parts.crds(), "/kube/crds.yaml", "/kube/pyrra-crd.yaml");
    scene.apply(
        ClusterScene.resource("/adoption/objects.yaml")
            .replace("{sluice.dev/adopt: \"true\"}", "{}")
            .replace("@HOST@", "192.0.2.1")
            .replace("@QWEN_PORT@", "8000")
            .replace("@ROUTER_PORT@", String.valueOf(listener)));
  }

  private RunSettings settings(ClusterScene scene) {
    CertificateAuthority authority = CertificateAuthority.create(folder.resolve("authority"));
    MountedSecret ours =
        new MountedSecret(folder.resolve("tls"), authority.issue("dns:localhost"), authority);
    new MountedSecret(
        folder.resolve("fleet-tls"),
        authority.issue("uri:spiffe://cluster.local/fleet/default/chat"),
        authority);
    HostPort xds = TestSettings.loopback();
    FleetSettings like =
        FleetSettingsReader.read(
            "{xds: \"localhost:%d\", image: envoy, tls: {mode: existingSecret}}"
                .formatted(xds.port()));
    return TestSettings.of(
            new Origin.Kubernetes(ClusterSettings.of(scene.kubeconfig()).managingFleets(like)))
        .xds(xds)
        .tls(new TlsFiles(ours.file("tls.crt"), ours.file("tls.key"), ours.file("ca.crt")))
        .build();
  }

  private static void annotate(Kubectl kubectl, String... annotations) {
    String[] command = {"annotate", "--overwrite", "modelrouter", "chat"};
    String[] words = Arrays.copyOf(command, command.length + annotations.length);
    System.arraycopy(annotations, 0, words, command.length, annotations.length);
    kubectl.run(words);
  }

  private static String replicas(Kubectl kubectl) {
    return kubectl.run("get", "deployment", "chat-envoy", "-o", "jsonpath={.spec.replicas}");
  }

  private static String fleet(Kubectl kubectl) {
    return kubectl
        .run("get", KINDS, "-l", "app.kubernetes.io/component=envoy-fleet", "-o", "name")
        .strip();
  }

  private static List<String> owners(Kubectl kubectl) {
    return kubectl
        .run(
            "get",
            KINDS,
            "-l",
            "app.kubernetes.io/component=envoy-fleet",
            "-o",
            "jsonpath={range .items[*]}{.metadata.ownerReferences[0].name}"
                + " {.metadata.ownerReferences[0].controller}{\"\\n\"}{end}")
        .lines()
        .toList();
  }

  private static void awaitReason(Kubectl kubectl, String reason) {
    Await.until(
        BOUND, "SLOFleetManaged says " + reason, () -> condition(kubectl, "reason").equals(reason));
  }

  private static String condition(Kubectl kubectl, String field) {
    return condition(kubectl, "SLOFleetManaged", field);
  }

  private static String condition(Kubectl kubectl, String type, String field) {
    return kubectl.run(
        "get",
        "modelrouter",
        "chat",
        "-o",
        "jsonpath={.status.conditions[?(@.type=='" + type + "')]." + field + "}");
  }

  /** Writes as the Deployment's controller would. */
  private static void podsAreReady(Kubectl kubectl) {
    kubectl.run(
        "patch",
        "deployment",
        "chat-envoy",
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\": {\"replicas\": 2, \"readyReplicas\": 2}}");
  }

  /** Starts one with the files that its pod would mount, elsewhere; returns its port for probes. */
  private int startEnvoy(ClusterScene scene, Kubectl kubectl) throws IOException {
    JsonNode files =
        JSON.readTree(kubectl.run("get", "configmap", "chat-envoy", "-o", "jsonpath={.data}"));
    Path home = Files.createDirectories(folder.resolve("envoy"));
    int admin = FreePorts.pick();
    int stats = FreePorts.pick();
    String bootstrap = NOTHING;
    for (Map.Entry<String, JsonNode> file : files.properties()) {
      String text =
          file.getValue()
              .asText()
              .replace("/etc/sluice/envoy", home.toString())
              .replace("/etc/sluice/tls", folder.resolve("fleet-tls").toString())
              .replace("address: \"localhost\"", "address: \"127.0.0.1\"")
              .replace("9901", String.valueOf(admin))
              .replace("9902", String.valueOf(stats));
      Files.writeString(home.resolve(file.getKey()), text);
      bootstrap = file.getKey().equals("envoy.yaml") ? text : bootstrap;
    }
    scene.started(EnvoyProcess.start(home, bootstrap, admin));
    return stats;
  }

  private static double writes(RunSettings settings) {
    try (InputStream page =
        URI.create("http://" + settings.http() + "/metrics").toURL().openStream()) {
      return new String(page.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith("sluice_fleet_writes_total{"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String chartsSettings(Kubectl kubectl) {
    return kubectl.run(
        "get",
        "configmap",
        "sluice-managed-fleets",
        "--namespace=sluice-system",
        "-o",
        "jsonpath={.data.fleets\\.yaml}");
  }
}
