package dev.sluice.xds.serving;

import dev.sluice.xds.serving.NodeStatus.TypeStatus;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What one node has of one resource type, and what it is to be sent. Guarded by its {@link Fleet}.
 *
 * <p>Both protocols keep the same books, names and versions that the node holds, and differ in what
 * a response contains: delta the differences, state of the world all clusters or listeners. Of what
 * is asked for by name it needs the differences only, and never says that something went away.
 *
 * <p>A node that doesn't answer is sent no more than one response a type; once it does, it gets the
 * newest snapshot and none of those between. That bounds what a slow node costs.
 */
final class TypeStream {

  enum Protocol {
    DELTA,
    STATE_OF_THE_WORLD
  }

  /**
   * A response to be made.
   *
   * @param removed implied in state of the world
   * @param complete true if the node will have all that there is for it
   */
  record Outgoing(
      Collection<Resource> resources, List<String> removed, String version, boolean complete) {}

  /** A response that was made, with the names it was about. */
  record Sent(SnapshotVersion snapshot, Instant at, Set<String> names) {}

  private final XdsType type;
  private final Protocol protocol;
  private final Holdings held = new Holdings();
  private Set<String> subscribed = new HashSet<>();
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
   * @param held what the node has from an earlier stream ({@code initial_resource_versions})
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
    if (!subscribed.containsAll(names)) {
      subscribed = new HashSet<>(subscribed);
      subscribed.addAll(names);
    }
    unsure(names);
  }

  /** Delta. */
  void unsubscribe(Collection<String> names) {
    if (!names.isEmpty()) {
      subscribed = new HashSet<>(subscribed);
      names.forEach(subscribed::remove);
      held.remove(names);
    }
  }

  /** State of the world: every request names all that the node wants. */
  void replaceSubscription(Collection<String> names) {
    Set<String> now = new HashSet<>(names);
    // Every acknowledgement repeats the names.
    if (now.equals(subscribed)) {
      return;
    }
    subscribed = now;
    if (!type.wildcard()) {
      held.retain(subscribed);
    }
  }

  boolean wants(String name) {
    return type.wildcard() || subscribed.contains(name);
  }

  boolean wantsAll(Set<String> names) {
    return type.wildcard() || subscribed.equals(names) || subscribed.containsAll(names);
  }

  /** The node may not have these as they were sent, so they are due again. */
  void unsure(Collection<String> names) {
    held.unsure(names);
  }

  /** Where responses go, from now on. */
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
    TypeResources all = snapshot.resources(type);
    shareNames(all);
    adoptClaim(all);
    if (held.version().equals(Optional.of(all.version())) && !owesFirstAnswer) {
      return Optional.empty();
    }
    Optional<TypeResources.Change> step = held.version().flatMap(all::since);
    List<Resource> changed = changed(all, step.map(TypeResources.Change::changed));
    List<String> gone = gone(all, step.map(TypeResources.Change::gone));
    List<String> removed = removals ? gone : List.of();
    if (changed.isEmpty() && removed.isEmpty() && !owesFirstAnswer) {
      if (gone.isEmpty() && wantsAll(all.names())) {
        held.become(all);
      }
      return Optional.empty();
    }
    return Optional.of(outgoing(all, changed, gone, removed));
  }

  private Outgoing outgoing(
      TypeResources all, List<Resource> changed, List<String> gone, List<String> removed) {
    return switch (protocol) {
      case DELTA -> new Outgoing(changed, removed, all.version(), removed.size() == gone.size());
      case STATE_OF_THE_WORLD ->
          type.wildcard()
              ? new Outgoing(all.byName().values(), gone, all.version(), true)
              : new Outgoing(changed, gone, version(all), true);
    };
  }

  /** Those the node lacks or has otherwise, by their names if it is known where to look. */
  private List<Resource> changed(TypeResources all, Optional<Set<String>> names) {
    Collection<Resource> some =
        names
            .<Collection<Resource>>map(
                known -> known.stream().sorted().map(all.byName()::get).toList())
            .orElseGet(() -> all.byName().values());
    return some.stream().filter(one -> wants(one.getName())).filter(this::differs).toList();
  }

  private List<String> gone(TypeResources all, Optional<Set<String>> names) {
    return names.orElseGet(held::names).stream()
        .filter(name -> !all.byName().containsKey(name) || !wants(name))
        .toList();
  }

  private boolean differs(Resource resource) {
    return !held.has(resource.getName(), resource.getVersion());
  }

  /** Most nodes ask for all there is: then one set of names does for them all. */
  private void shareNames(TypeResources all) {
    if (subscribed.equals(all.names())) {
      subscribed = all.names();
    }
  }

  /** The version of what the node asks for. */
  private String version(TypeResources all) {
    return wantsAll(all.names())
        ? all.version()
        : TypeResources.version(
            all.byName().values().stream().filter(one -> wants(one.getName())).toList());
  }

  /** A version names its content, so a node that says it has the target's version has it. */
  private void adoptClaim(TypeResources all) {
    if (claimed.isPresent() && claimed.get().equals(version(all))) {
      all.byName().values().stream()
          .filter(one -> wants(one.getName()))
          .forEach(one -> held.put(one.getName(), one.getVersion()));
      owesFirstAnswer = false;
    }
  }

  /** Sends through the outlet. */
  void send(Outgoing response, FleetSnapshot snapshot, Instant now) {
    claimed = Optional.empty();
    owesFirstAnswer = false;
    hold(response, snapshot.resources(type));
    sending = Optional.of(new Sent(snapshot.version(), now, names(response, snapshot)));
    status =
        new TypeStatus(
            Optional.of(snapshot.version()),
            Optional.of(now),
            status.ackedVersion(),
            status.ackedAt(),
            Optional.empty());
    outlet.orElseThrow().accept(response);
  }

  private Set<String> names(Outgoing response, FleetSnapshot snapshot) {
    Set<String> all = snapshot.resources(type).names();
    if (response.removed().isEmpty() && response.resources().size() == all.size()) {
      return all;
    }
    Set<String> names = new HashSet<>(response.removed());
    response.resources().forEach(resource -> names.add(resource.getName()));
    return names;
  }

  private void hold(Outgoing response, TypeResources all) {
    if (response.complete() && wantsAll(all.names())) {
      held.become(all);
      return;
    }
    held.remove(response.removed());
    response.resources().forEach(one -> held.put(one.getName(), one.getVersion()));
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
          sent.names().stream().filter(this::wants).forEach(held::suspect);
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
