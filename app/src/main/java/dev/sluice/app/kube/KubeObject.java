package dev.sluice.app.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.model.ServiceRef;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is kept of an object of the cluster.
 *
 * @param uid tells it from a later object of the same name
 * @param generation of its spec
 * @param text the fields that the world is built of, as JSON; equal texts mean nothing changed
 * @param subject the service whose verdict its status shows, if it shows one
 * @param ownStatus what its status says of ours; empty if nothing
 * @param targets what its status says of its targets; empty if nothing
 */
record KubeObject(
    ObjectKey key,
    String uid,
    long generation,
    String text,
    Optional<ServiceRef> subject,
    SortedMap<String, String> ownStatus,
    SortedMap<String, String> targets) {

  private static final JsonMapper JSON = new JsonMapper();

  KubeObject {
    ownStatus = Collections.unmodifiableSortedMap(new TreeMap<>(ownStatus));
    targets = Collections.unmodifiableSortedMap(new TreeMap<>(targets));
  }

  /** The text, read. */
  JsonNode json() {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(key + ": text isn't JSON", impossible);
    }
  }
}
