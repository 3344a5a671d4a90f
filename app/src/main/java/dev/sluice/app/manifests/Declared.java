package dev.sluice.app.manifests;

import dev.sluice.evaluator.declare.PyrraSlo;
import dev.sluice.evaluator.judge.Presence;
import dev.sluice.evaluator.render.InferenceSloSpec;
import dev.sluice.evaluator.render.ServingRuntime;
import dev.sluice.model.ServiceRef;
import dev.sluice.model.SloPolicy;
import dev.sluice.xds.router.Credential;
import dev.sluice.xds.router.Endpoint;
import dev.sluice.xds.router.RouterSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one accepted object says, before it is joined with the others. */
sealed interface Declared {

  /** An InferenceService. */
  record Service(
      ServiceRef ref, Presence presence, ServingRuntime runtime, DeclaredOverride override)
      implements Declared {}

  /** An InferenceSLO. */
  record Policy(InferenceSloSpec spec, SloPolicy policy) implements Declared {}

  /** A Pyrra ServiceLevelObjective. */
  record Slo(PyrraSlo slo) implements Declared {}

  /** A ModelRouter. */
  record Router(RouterSpec spec) implements Declared {}

  /** A ModelPool: services that take turns on the same GPUs. */
  record Pool(List<ServiceRef> members) implements Declared {
    public Pool {
      members = List.copyOf(members);
    }
  }

  /** A Secret: its data by key. */
  record Secret(Map<String, Credential> data) implements Declared {
    public Secret {
      data = Map.copyOf(data);
    }
  }

  /**
   * A Kubernetes Service.
   *
   * @param inferenceService the InferenceService its label names
   */
  record KubeService(Optional<String> inferenceService) implements Declared {}

  /**
   * An EndpointSlice.
   *
   * @param labels of which {@code kubernetes.io/service-name} names its Service
   * @param portFault why none of its ports can be used. It matters only if the slice is one of an
   *     InferenceService: a folder may hold others
   */
  record Slice(Map<String, String> labels, List<Endpoint> endpoints, Optional<String> portFault)
      implements Declared {
    public Slice {
      labels = Map.copyOf(labels);
      endpoints = List.copyOf(endpoints);
    }
  }
}
