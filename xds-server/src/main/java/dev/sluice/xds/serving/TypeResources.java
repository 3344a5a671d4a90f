package dev.sluice.xds.serving;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.envoyproxy.controlplane.cache.Resources;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A fleet's resources of one type, serialised once for all its nodes. Immutable.
 *
 * <p>It knows what it changed in those that it followed, so that a node which has those needs no
 * comparison of all names.
 */
final class TypeResources {

  /**
   * What became different.
   *
   * @param from the version of the resources before
   * @param changed names that are new or have another version
   * @param gone names that aren't there any more
   */
  record Change(String from, Set<String> changed, Set<String> gone) {}

  static final TypeResources NONE = of(List.of());

  private static final String TYPE_PREFIX = "type.googleapis.com/";

  private final NavigableMap<String, Resource> byName;
  private final Set<String> names;
  private final String version;
  private final Optional<Change> change;

  private TypeResources(
      NavigableMap<String, Resource> byName,
      Set<String> names,
      String version,
      Optional<Change> change) {
    this.byName = byName;
    this.names = names;
    this.version = version;
    this.change = change;
  }

  /** {@link IllegalArgumentException} if two share a name. */
  static TypeResources of(List<? extends Message> messages) {
    NavigableMap<String, Resource> byName = new TreeMap<>();
    for (Message message : messages) {
      String name = Resources.getResourceName(message);
      if (byName.put(name, packed(name, message)) != null) {
        throw new IllegalArgumentException(
            "%s: \"%s\" twice (expected: names that differ)"
                .formatted(message.getDescriptorForType().getName(), name));
      }
    }
    return new TypeResources(
        Collections.unmodifiableNavigableMap(byName),
        Collections.unmodifiableSet(new HashSet<>(byName.keySet())),
        version(byName.values()),
        Optional.empty());
  }

  private static Resource packed(String name, Message message) {
    ByteString bytes = ContentHash.bytes(message);
    Any any =
        Any.newBuilder()
            // As bytes, or it is encoded anew each time it is sent.
            .setTypeUrlBytes(typeUrl(message))
            .setValue(bytes)
            .build();
    return Resource.newBuilder()
        .setName(name)
        .setVersion(new ContentHash().add(bytes).text())
        .setResource(any)
        .build();
  }

  private static ByteString typeUrl(Message message) {
    return ByteString.copyFromUtf8(TYPE_PREFIX + message.getDescriptorForType().getFullName());
  }

  /** The same resources, as the successors of others: those themselves if they are equal. */
  TypeResources after(TypeResources before) {
    if (version.equals(before.version)) {
      return before;
    }
    Set<String> changed = new HashSet<>();
    byName.forEach(
        (name, resource) -> {
          Resource other = before.byName.get(name);
          if (other == null || !other.getVersion().equals(resource.getVersion())) {
            changed.add(name);
          }
        });
    Set<String> gone = new HashSet<>(before.names);
    gone.removeAll(names);
    // One set for as long as it stays the same: nodes remember which one they have compared.
    Set<String> shared = names.equals(before.names) ? before.names : names;
    return new TypeResources(
        byName, shared, version, Optional.of(new Change(before.version, changed, gone)));
  }

  NavigableMap<String, Resource> byName() {
    return byName;
  }

  Set<String> names() {
    return names;
  }

  /** The version of all of them. */
  String version() {
    return version;
  }

  /** What became different since those of a version; empty if that isn't known. */
  Optional<Change> since(String earlier) {
    return change.filter(known -> known.from().equals(earlier));
  }

  boolean isEmpty() {
    return byName.isEmpty();
  }

  /** The version of some resources, in the order given. */
  static String version(Collection<Resource> some) {
    ContentHash hash = new ContentHash();
    for (Resource resource : some) {
      hash.add(resource.getName()).add(resource.getVersion());
    }
    return hash.text();
  }
}
