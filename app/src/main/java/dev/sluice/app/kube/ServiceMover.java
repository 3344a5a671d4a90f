package dev.sluice.app.kube;

import java.util.Map;
import java.util.Optional;

/**
 * Reads and moves the Services of ModelRouters. Calls block, and throw the client's exception. A
 * move is refused (409) if the Service changed since it was read.
 */
interface ServiceMover {

  /** The Service that the router's clients call, if there is one. */
  Optional<RouterService> find(String namespace, String router);

  /** How many pods with these labels are ready. */
  int readyPods(String namespace, Map<String, String> labels);

  /** Points it at a fleet, and notes what it pointed at. */
  void take(RouterService service, Map<String, String> fleet);

  /** Points it at what it pointed at before. */
  void giveBack(RouterService service, Map<String, String> original);
}
