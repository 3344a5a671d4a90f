package dev.sluice.app.manifests;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.evaluator.judge.DeclaredService;
import dev.sluice.evaluator.judge.Presence;
import dev.sluice.model.RouterRef;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.Share;
import dev.sluice.model.SloPolicy;
import dev.sluice.xds.router.Backend;
import dev.sluice.xds.router.Endpoint;
import dev.sluice.xds.router.RouterSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ManifestsTest {

  private static final ServiceRef GPU_A = new ServiceRef("default", "gpu-a");
  private static final ServiceRef GPU_B = new ServiceRef("default", "gpu.b");
  private static final RouterRef CHAT = new RouterRef("default", "chat");

  private static final Manifests COMPLETE =
      Manifests.NONE
          .read("services.yaml", Sample.SERVICES)
          .read("slices.yaml", Sample.SLICES)
          .read("router.yaml", Sample.ROUTER)
          .read("slo.yaml", Sample.SLO);

  @Test
  void completeManifestsHaveNoProblems() {
    World world = COMPLETE.world();

    assertThat(world.problems()).isEmpty();
    assertThat(world.declarations().services())
        .extracting(DeclaredService::ref)
        .containsExactlyInAnyOrder(GPU_A, GPU_B);
    assertThat(world.routers()).containsOnlyKeys(CHAT);
  }

  @Test
  void slicesJoinByServiceNameWithDotsAsDashes() {
    World world = COMPLETE.world();

    assertThat(world.topology().endpoints())
        .containsEntry(
            GPU_A,
            List.of(
                new Endpoint("127.0.0.1", 8000, Optional.of("gpu-a-0"), true),
                new Endpoint("127.0.0.2", 8000, Optional.empty(), false)))
        .containsEntry(GPU_B, List.of(new Endpoint("127.0.0.3", 8001, Optional.empty(), true)));
  }

  @Test
  void aServiceLabelNamesTheInferenceServiceOfASlice() {
    String service =
        """
        apiVersion: v1
        kind: Service
        metadata:
          name: other-name
          labels: {inference.llmkube.dev/service: gpu.b}
        """;

    World world =
        COMPLETE
            .read("slices.yaml", Sample.SLICES.replace(": gpu-b}", ": other-name}"))
            .read("kube.yaml", service)
            .world();

    assertThat(world.topology().endpoints().get(GPU_B)).hasSize(1);
    assertThat(world.problems()).isEmpty();
  }

  @Test
  void severalSlicesOfAServiceAreMerged() {
    World world =
        COMPLETE
            .read("more.yaml", Sample.SLICES.replace("name: gpu-a-x", "name: gpu-a-y"))
            .read("slices.yaml", Sample.SLICES.replace("name: gpu-b-x", "name: gpu-b-y"))
            .world();

    assertThat(world.topology().endpoints().get(GPU_A)).hasSize(4);
  }

  @Test
  void policyTakesEveryOverride() {
    SloPolicy policy = declared(COMPLETE.world(), GPU_A).policy();

    assertThat(policy.mode()).isEqualTo(SloPolicy.Mode.OBSERVE);
    assertThat(policy.shares())
        .isEqualTo(
            new SloPolicy.Shares(
                new Share(0.8), new Share(0.4), new Share(0.02), 0.2, Duration.ofSeconds(5)));
    assertThat(policy.judge().clearFor()).isEqualTo(Duration.ofSeconds(10));
    assertThat(policy.judge().clearForCap()).isEqualTo(Duration.ofSeconds(160));
    assertThat(policy.judge().minSamples()).isEqualTo(5);
    assertThat(policy.judge().holdLast()).isEqualTo(SloPolicy.Judge.DEFAULT.holdLast());
    assertThat(policy.dispatch())
        .isEqualTo(
            new SloPolicy.Dispatch(
                SloPolicy.Dispatch.Answer.ADMIT,
                7,
                SloPolicy.Dispatch.Answer.DEFER,
                OptionalInt.of(12)));
  }

  @Test
  void routerTakesItsListenAddressFromTheAnnotationElseFromTheEndpointPort() {
    RouterSpec annotated = chat(COMPLETE);
    String withoutAnnotation =
        Sample.ROUTER
            .replace("    sluice.dev/listen: 127.0.0.1:10000\n", "")
            .replace("spec:\n", "spec:\n  endpoint: {port: 9999}\n");
    RouterSpec plain = chat(COMPLETE.read("router.yaml", withoutAnnotation));

    assertThat(annotated.listen().host()).isEqualTo("127.0.0.1");
    assertThat(annotated.listen().port()).isEqualTo(10_000);
    assertThat(plain.listen().host()).isEqualTo("0.0.0.0");
    assertThat(plain.listen().port()).isEqualTo(9999);
    assertThat(annotated.backends())
        .extracting(Backend::name, Backend::weight, Backend::timeout)
        .containsExactly(
            tuple("a", 3, Optional.empty()), tuple("b", 1, Optional.of(Duration.ofSeconds(5))));
  }

  private static RouterSpec chat(Manifests manifests) {
    return requireNonNull(manifests.world().routers().get(CHAT));
  }

  @Test
  void plannedAbsenceIsReadFromSpecAndStatus() {
    assertThat(presence("spec: {suspend: true}")).isInstanceOf(Presence.PlannedAbsence.class);
    assertThat(presence("spec: {replicas: 0}")).isInstanceOf(Presence.PlannedAbsence.class);
    assertThat(presence("status: {phase: Suspended}")).isInstanceOf(Presence.PlannedAbsence.class);
    assertThat(presence("status: {conditions: [{type: RolloutDeferred, status: \"True\"}]}"))
        .isInstanceOf(Presence.PlannedAbsence.class);
    assertThat(presence("spec: {replicas: 1}")).isEqualTo(new Presence.Active());
  }

  private static Presence presence(String rest) {
    String document =
        """
        apiVersion: inference.llmkube.dev/v1alpha1
        kind: InferenceService
        metadata: {name: gpu-a}
        """;
    return declared(Manifests.NONE.read("s.yaml", document + rest).world(), GPU_A).presence();
  }

  @Test
  void unknownKindsAndFieldsAreIgnored() {
    String deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n";

    World world =
        COMPLETE
            .read("deploy.yaml", deployment)
            .read("services.yaml", Sample.SERVICES + "futureField: {deep: [1]}\n")
            .world();

    assertThat(world.problems()).isEmpty();
  }

  @Test
  void aListIsAsManyObjectsAsItHasItems() {
    String list =
        """
        {"apiVersion": "v1", "kind": "List", "items": [
          {"apiVersion": "inference.llmkube.dev/v1alpha1", "kind": "InferenceService",
           "metadata": {"name": "gpu-a", "namespace": "ml"}}]}
        """;

    World world = Manifests.NONE.read("list.json", list).world();

    assertThat(world.declarations().services())
        .extracting(DeclaredService::ref)
        .containsExactlyInAnyOrder(new ServiceRef("ml", "gpu-a"));
  }

  @Test
  void aFileThatNoLongerParsesKeepsAllItDeclared() {
    World broken = COMPLETE.read("router.yaml", Sample.ROUTER + "  rules: [").world();
    World repaired =
        COMPLETE
            .read("router.yaml", Sample.ROUTER + "  rules: [")
            .read("router.yaml", Sample.ROUTER)
            .world();

    assertThat(broken.routers()).isEqualTo(COMPLETE.world().routers());
    assertThat(broken.problems()).hasSize(1);
    assertThat(repaired.problems()).isEmpty();
  }

  @Test
  void aRejectedObjectKeepsItsLastGoodVersionAndOthersOfTheFileMoveOn() {
    String both = Sample.ROUTER + "---\n" + Sample.SLO;
    Manifests before = COMPLETE.without("router.yaml").read("slo.yaml", both);

    World world =
        before
            .read("slo.yaml", both.replace("weight: 3", "weight: -1").replace("0.4", "0.3"))
            .world();

    assertThat(world.routers()).isEqualTo(COMPLETE.world().routers());
    assertThat(declared(world, GPU_A).policy().shares().breached()).isEqualTo(new Share(0.3));
    assertThat(world.problems()).hasSize(1);
  }

  @Test
  void whatIsTakenOutOfAFileIsGone() {
    Manifests both =
        COMPLETE.without("router.yaml").read("slo.yaml", Sample.ROUTER + "---\n" + Sample.SLO);

    assertThat(both.read("slo.yaml", Sample.SLO).world().routers()).isEmpty();
    assertThat(both.without("slo.yaml").world().routers()).isEmpty();
  }

  @Test
  void objectivesOfOneNameInTwoNamespacesAreNoProblem() {
    String ml =
        Sample.SLO.replace("metadata: {name: gpu-a}", "metadata: {name: gpu-a, namespace: ml}");
    String service =
        "apiVersion: inference.llmkube.dev/v1alpha1\nkind: InferenceService\nmetadata: {name: gpu-a, namespace: ml}\n";

    World world = COMPLETE.read("ml.yaml", ml + "---\n" + service).world();

    assertThat(world.problems()).isEmpty();
    assertThat(declared(world, GPU_A).policy()).isNotEqualTo(SloPolicy.DEFAULT);
    assertThat(declared(world, new ServiceRef("ml", "gpu-a")).policy())
        .isNotEqualTo(SloPolicy.DEFAULT);
  }

  private static DeclaredService declared(World world, ServiceRef service) {
    return world.declarations().services().stream()
        .filter(declared -> declared.ref().equals(service))
        .findFirst()
        .orElseThrow();
  }
}
