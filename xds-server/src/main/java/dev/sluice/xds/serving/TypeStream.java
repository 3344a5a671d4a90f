package dev.sluice.xds.serving;

import com.google.common.collect.Maps;
import dev.sluice.xds.serving.NodeStatus.TypeStatus;
import io.envoyproxy.controlplane.cache.VersionedResource;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What one node has of one resource type, and what it is to be sent. Guarded by its {@link Fleet}.
 *
 * <p>Both protocols keep the same books, names and versions that the node holds, and differ in what
 * a response contains: delta the differences, state of the world everything.
 *
 * <p>A node that doesn't answer is sent no more than one response a type; once it does, it gets the
 * newest snapshot and none of those between. That bounds what a slow node costs, which
 * java-control-plane leaves open: it never asks whether the transport takes more.
 */
final class TypeStream {

  enum Protocol {
    DELTA,
    STATE_OF_THE_WORLD
  }

  /** A response to be made: for state of the world, {@code removed} is implied. */
  record Outgoing(
      SortedMap<String, VersionedResource<?>> resources, List<String> removed, String version) {}

  /** A response that was made, with the names it was about. */
  record Sent(SnapshotVersion snapshot, Instant at, Set<String> names) {}

  // Never the version of anything: the node rejected a response about it and may have applied it.
  private static final String UNSURE = "";

  private final XdsType type;
  private final Protocol protocol;
  private final Set<String> subscribed = new HashSet<>();
  private final Map<String, String> held = new HashMap<>();
  private final Map<String, Sent> unanswered = new HashMap<>();
  private Optional<String> claimed = Optional.empty();
  private boolean owesFirstAnswer;
  private Optional<Consumer<Outgoing>> outlet = Optional.empty();
  private Optional<Sent> sending = Optional.empty();
  private Optional<SnapshotVersion> refused = Optional.empty();
  private TypeStatus status =
      new TypeStatus(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  private TypeStream(XdsType type, Protocol protocol) {
    this.type = type;
    this.protocol = protocol;
    // Envoy waits for its first clusters and listeners, also if there are none.
    this.owesFirstAnswer = type.wildcard();
  }

  /**
   * A delta stream's first request for a type.
   *
   * @param names what the node subscribes to
   * @param held what the node has from an earlier stream ({@code initial_resource_versions}), which
   *     java-control-plane ignores: it would send all of it again, and never remove what went away
   */
  static TypeStream delta(XdsType type, Collection<String> names, Map<String, String> held) {
    TypeStream stream = new TypeStream(type, Protocol.DELTA);
    stream.subscribed.addAll(names);
    stream.held.putAll(held);
    stream.owesFirstAnswer = stream.owesFirstAnswer && held.isEmpty();
    return stream;
  }

  /**
   * A state-of-the-world stream's first request for a type.
   *
   * @param names what the node subscribes to
   * @param version what the node has from an earlier stream, empty for a new node
   */
  static TypeStream stateOfTheWorld(XdsType type, Collection<String> names, String version) {
    TypeStream stream = new TypeStream(type, Protocol.STATE_OF_THE_WORLD);
    stream.subscribed.addAll(names);
    stream.claimed = Optional.of(version).filter(text -> !text.isEmpty());
    return stream;
  }

  XdsType type() {
    return type;
  }

  TypeStatus status() {
    return status;
  }

  /** Delta: a name that is subscribed to again is owed again, whatever was sent before. */
  void subscribe(Collection<String> names) {
    subscribed.addAll(names);
    unsure(names);
  }

  /** Delta. */
  void unsubscribe(Collection<String> names) {
    subscribed.removeAll(names);
    held.keySet().removeAll(names);
  }

  /** State of the world: every request names all that the node wants. */
  void replaceSubscription(Collection<String> names) {
    subscribed.clear();
    subscribed.addAll(names);
    if (!type.wildcard()) {
      held.keySet().retainAll(subscribed);
    }
  }

  boolean wants(String name) {
    return type.wildcard() || subscribed.contains(name);
  }

  /** The node may not have these as they were sent, so they are due again. */
  void unsure(Collection<String> names) {
    names.forEach(name -> held.replace(name, UNSURE));
  }

  void open(Consumer<Outgoing> newOutlet) {
    outlet = Optional.of(newOutlet);
  }

  /**
   * What the node lacks of {@code snapshot} and can be sent now.
   *
   * @param removals false to hold back what would only be taken away
   */
  Optional<Outgoing> offer(FleetSnapshot snapshot, boolean removals) {
    boolean free = outlet.isPresent() && unanswered.isEmpty();
    return free ? due(snapshot, removals) : Optional.empty();
  }

  /** True if the node has acknowledged all that it is owed of {@code snapshot}. */
  boolean settled(FleetSnapshot snapshot, boolean removals) {
    return unanswered.isEmpty()
        && !refused.equals(Optional.of(snapshot.version()))
        && due(snapshot, removals).isEmpty();
  }

  boolean awaitsAnswer() {
    return !unanswered.isEmpty();
  }

  private Optional<Outgoing> due(FleetSnapshot snapshot, boolean removals) {
    if (refused.equals(Optional.of(snapshot.version()))) {
      return Optional.empty();
    }
    SortedMap<String, VersionedResource<?>> target = target(snapshot);
    adoptClaim(target);
    SortedMap<String, VersionedResource<?>> changed =
        new TreeMap<>(Maps.filterEntries(target, this::differs));
    List<String> gone = held.keySet().stream().filter(name -> !target.containsKey(name)).toList();
    List<String> removed = removals ? gone : List.of();
    if (changed.isEmpty() && removed.isEmpty() && !owesFirstAnswer) {
      return Optional.empty();
    }
    return Optional.of(
        switch (protocol) {
          case DELTA -> new Outgoing(changed, removed, snapshot.version(type));
          case STATE_OF_THE_WORLD ->
              new Outgoing(target, gone, FleetSnapshot.version(target.values()));
        });
  }

  private SortedMap<String, VersionedResource<?>> target(FleetSnapshot snapshot) {
    SortedMap<String, VersionedResource<?>> all = snapshot.resources(type);
    return Maps.filterKeys(all, this::wants);
  }

  private boolean differs(Map.Entry<String, VersionedResource<?>> entry) {
    return !entry.getValue().version().equals(held.get(entry.getKey()));
  }

  /** A version names its content, so a node that says it has the target's version has it. */
  private void adoptClaim(SortedMap<String, VersionedResource<?>> target) {
    if (claimed.equals(Optional.of(FleetSnapshot.version(target.values())))) {
      target.forEach((name, resource) -> held.put(name, resource.version()));
      owesFirstAnswer = false;
    }
  }

  /** Sends through the open outlet, which is used up. */
  void send(Outgoing response, SnapshotVersion snapshot, Instant now) {
    Consumer<Outgoing> current = outlet.orElseThrow();
    outlet = Optional.empty();
    claimed = Optional.empty();
    owesFirstAnswer = false;
    held.keySet().removeAll(response.removed());
    response.resources().forEach((name, resource) -> held.put(name, resource.version()));
    Set<String> names = new HashSet<>(response.resources().keySet());
    names.addAll(response.removed());
    sending = Optional.of(new Sent(snapshot, now, names));
    status =
        new TypeStatus(
            Optional.of(snapshot),
            Optional.of(now),
            status.ackedVersion(),
            status.ackedAt(),
            Optional.empty());
    current.accept(response);
  }

  /** The response that is being sent got its nonce. */
  void numbered(String nonce) {
    sending.ifPresent(sent -> unanswered.put(nonce, sent));
    sending = Optional.empty();
  }

  /** The node applied a response; empty if the nonce is none of an unanswered one. */
  Optional<Sent> acknowledged(String nonce, Instant now) {
    Optional<Sent> answered = answered(nonce);
    answered.ifPresent(
        sent ->
            status =
                new TypeStatus(
                    status.sentVersion(),
                    status.sentAt(),
                    Optional.of(sent.snapshot()),
                    Optional.of(now),
                    Optional.empty()));
    return answered;
  }

  /** The node rejected a response, all of it or in part; that snapshot isn't offered again. */
  Optional<Sent> rejected(String nonce, String words) {
    Optional<Sent> answered = answered(nonce);
    answered.ifPresent(
        sent -> {
          refused = Optional.of(sent.snapshot());
          sent.names().stream().filter(this::wants).forEach(name -> held.put(name, UNSURE));
          status =
              new TypeStatus(
                  status.sentVersion(),
                  status.sentAt(),
                  status.ackedVersion(),
                  status.ackedAt(),
                  Optional.of(words));
        });
    return answered;
  }

  /** A rejected snapshot may be offered again. */
  void forgive() {
    refused = Optional.empty();
  }

  private Optional<Sent> answered(String nonce) {
    return Optional.ofNullable(unanswered.remove(nonce));
  }
}
