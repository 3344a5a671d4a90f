package dev.sluice.app.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The store of one informer: keeps names and versions only, and passes the objects on. The informer
 * calls it before its start is done, so that after the start nothing of the first listing is still
 * on its way.
 *
 * <ul>
 *   <li><i>Thread</i>: written by the informer, one call at a time; read from any.
 *   <li><i>On failure</i>: doesn't fail; the listener must not throw.
 *   <li><i>On shutdown</i>: nothing to do.
 * </ul>
 */
final class ObjectStore implements ItemStore<GenericKubernetesResource> {

  private final WatchedKind kind;
  private final KubeListener listener;
  private final Map<String, GenericKubernetesResource> stubs = new ConcurrentHashMap<>();

  ObjectStore(WatchedKind kind, KubeListener listener) {
    this.kind = kind;
    this.listener = listener;
  }

  @Override
  public String getKey(GenericKubernetesResource resource) {
    return Cache.metaNamespaceKeyFunc(resource);
  }

  @Override
  public @Nullable GenericKubernetesResource put(String key, GenericKubernetesResource resource) {
    GenericKubernetesResource before = stubs.put(key, stub(resource));
    listener.seen(KubeObjectReader.read(kind, resource));
    return before;
  }

  @Override
  public @Nullable GenericKubernetesResource remove(String key) {
    GenericKubernetesResource before = stubs.remove(key);
    if (before != null) {
      listener.gone(KubeObjectReader.key(kind, before));
    }
    return before;
  }

  private static GenericKubernetesResource stub(GenericKubernetesResource resource) {
    GenericKubernetesResource stub = new GenericKubernetesResource();
    stub.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(resource.getMetadata().getNamespace())
            .withName(resource.getMetadata().getName())
            .withUid(resource.getMetadata().getUid())
            .withResourceVersion(resource.getMetadata().getResourceVersion())
            .build());
    return stub;
  }

  @Override
  public Stream<String> keySet() {
    return stubs.keySet().stream();
  }

  @Override
  public Stream<GenericKubernetesResource> values() {
    return stubs.values().stream();
  }

  @Override
  public int size() {
    return stubs.size();
  }

  @Override
  public @Nullable GenericKubernetesResource get(String key) {
    return stubs.get(key);
  }
}
