package dev.sluice.xds.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HoldingsTest {

  private final TypeResources two =
      TypeResources.of(
          List.of(
              Cluster.newBuilder().setName("a").build(),
              Cluster.newBuilder().setName("b").build()));
  private final Holdings held = new Holdings();

  private String versionOf(String name) {
    return Objects.requireNonNull(two.byName().get(name)).getVersion();
  }

  @Test
  void allOfASnapshotIsKnownByItsVersion() {
    held.put("gone", "1");

    held.become(two);

    assertThat(held.version()).contains(two.version());
    assertThat(held.names()).containsExactlyInAnyOrder("a", "b");
    assertThat(held.has("a", versionOf("a"))).isTrue();
    assertThat(held.has("gone", "1")).isFalse();
  }

  @Test
  void oneThatIsUnsureLeavesTheOthersAsTheyAre() {
    held.become(two);

    held.unsure(List.of("a", "unknown"));

    assertThat(held.version()).isEmpty();
    assertThat(held.names()).containsExactlyInAnyOrder("a", "b");
    assertThat(held.has("a", versionOf("a"))).isFalse();
    assertThat(held.has("b", versionOf("b"))).isTrue();
  }

  @Test
  void namesThatAreNotHeldChangeNothing() {
    held.become(two);

    held.unsure(List.of("unknown"));
    held.remove(List.of("unknown"));
    held.retain(Set.of("a", "b", "unknown"));

    assertThat(held.version()).contains(two.version());
  }

  @Test
  void whatIsNotAskedForAnyMoreIsForgotten() {
    held.become(two);

    held.retain(Set.of("b"));

    assertThat(held.version()).isEmpty();
    assertThat(held.names()).containsExactly("b");
  }
}
