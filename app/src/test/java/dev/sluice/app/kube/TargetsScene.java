package dev.sluice.app.kube;

import dev.sluice.app.manifests.Manifests;
import dev.sluice.app.manifests.Problem;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** A cluster without an API server: objects as a test puts them there. */
final class TargetsScene {

  private final Map<ObjectKey, KubeObject> objects = new HashMap<>();
  private final List<Problem> missing = new ArrayList<>();
  private Manifests manifests = Manifests.NONE;
  private int uids;

  /** Puts an object there, or another version of it. */
  KubeObject put(String yaml) {
    return put(KubeLab.object(yaml));
  }

  private KubeObject put(GenericKubernetesResource object) {
    WatchedKind kind = KubeLab.kind(object);
    KubeObject before = objects.get(KubeObjectReader.key(kind, object));
    object.getMetadata().setUid(before == null ? "uid-" + ++uids : before.uid());
    object.getMetadata().setGeneration(before == null ? 1 : before.generation() + 1);
    KubeObject read = KubeObjectReader.read(kind, object);
    objects.put(read.key(), read);
    manifests = manifests.change(Map.of(read.key().toString(), Optional.of(read.text())));
    return read;
  }

  void remove(ObjectKey key) {
    objects.remove(key);
    manifests = manifests.change(Map.of(key.toString(), Optional.empty()));
  }

  void miss(WatchedKind kind, String words) {
    missing.add(new Problem("", 0, kind.resource(), "", words));
  }

  /** What an API server would make of a write. */
  void perform(ObjectiveWrite write) {
    switch (write) {
      case ObjectiveWrite.Apply apply -> put(KubeLab.object(Serialization.asYaml(apply.body())));
      case ObjectiveWrite.Delete delete -> remove(delete.key());
      case ObjectiveWrite.Say say -> say(say);
    }
  }

  private void say(ObjectiveWrite.Say say) {
    objects.computeIfPresent(
        say.key(),
        (key, slo) ->
            new KubeObject(
                key,
                slo.uid(),
                slo.generation(),
                slo.text(),
                slo.subject(),
                slo.ownStatus(),
                say.texts()));
  }

  /** What an InferenceSLO says of its targets. */
  SortedMap<String, String> condition(String slo) {
    return Optional.ofNullable(objects.get(slo(slo))).orElseThrow().targets();
  }

  Targets targets() {
    List<Problem> problems = new ArrayList<>(missing);
    problems.addAll(manifests.world().problems());
    return new Targets(manifests.sloSheet(), problems, objects);
  }

  static ObjectKey slo(String name) {
    return new ObjectKey(WatchedKind.INFERENCE_SLO, "default", name);
  }

  static ObjectKey objective(String name) {
    return new ObjectKey(WatchedKind.SERVICE_LEVEL_OBJECTIVE, "default", name);
  }
}
