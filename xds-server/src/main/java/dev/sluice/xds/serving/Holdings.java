package dev.sluice.xds.serving;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The names and versions of what a node has of one type. Most nodes have all there is, most of the
 * time: then it is kept as that, shared with all others, and not name by name.
 */
final class Holdings {

  // Never the version of anything: the node rejected a response about it and may have applied it.
  private static final String UNSURE = "";

  private Optional<TypeResources> all = Optional.empty();
  private Map<String, String> byName = new HashMap<>();

  /** The version of all that is held, if it is exactly what there was of a type once. */
  Optional<String> version() {
    return all.map(TypeResources::version);
  }

  /** True if the node has that version of that resource. */
  boolean has(String name, String version) {
    return all.map(
            held -> {
              var resource = held.byName().get(name);
              return resource != null && resource.getVersion().equals(version);
            })
        .orElseGet(() -> version.equals(byName.get(name)));
  }

  Set<String> names() {
    return all.map(TypeResources::names).orElseGet(byName::keySet);
  }

  /** The node has all of these, and nothing else. */
  void become(TypeResources now) {
    all = Optional.of(now);
    byName = new HashMap<>();
  }

  void put(String name, String version) {
    apart().put(name, version);
  }

  void putAll(Map<String, String> versions) {
    apart().putAll(versions);
  }

  void remove(Collection<String> names) {
    if (names.stream().anyMatch(names()::contains)) {
      names.forEach(apart()::remove);
    }
  }

  void retain(Set<String> names) {
    if (!names.containsAll(names())) {
      apart().keySet().retainAll(names);
    }
  }

  /** The node may not have these as they were sent. */
  void unsure(Collection<String> names) {
    if (names.stream().anyMatch(names()::contains)) {
      Map<String, String> held = apart();
      names.forEach(name -> held.replace(name, UNSURE));
    }
  }

  /** The node may have these, in whatever version. */
  void suspect(String name) {
    put(name, UNSURE);
  }

  private Map<String, String> apart() {
    all.ifPresent(
        held -> {
          byName = new HashMap<>();
          held.byName().forEach((name, resource) -> byName.put(name, resource.getVersion()));
        });
    all = Optional.empty();
    return byName;
  }
}
