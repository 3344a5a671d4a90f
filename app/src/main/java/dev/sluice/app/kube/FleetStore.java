package dev.sluice.app.kube;

import dev.sluice.app.fleets.FleetPart;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Optional;

/**
 * The objects of managed fleets in a cluster; calls block, and end with a {@link
 * KubernetesClientException} if they aren't done.
 */
interface FleetStore {

  /** All that have the labels of ours. */
  List<LivePart> labelled();

  /** The one of this name, whoever made it. */
  Optional<LivePart> find(FleetPart.Key key);

  /**
   * Makes the object say what the part says, and returns it.
   *
   * @param over the object that is there; it is another's fault if another one has taken its place
   */
  LivePart apply(FleetPart part, Optional<LivePart> over);

  /** Deletes this object; not one that took its place. */
  void delete(LivePart part);
}
