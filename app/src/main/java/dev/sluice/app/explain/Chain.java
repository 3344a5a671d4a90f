package dev.sluice.app.explain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;

/** The links, in the order in which one leads to the next. */
record Chain(ArrayNode links) {

  /** Adds what is known; facts for programs go onto what is returned. */
  ObjectNode add(String link, Optional<Instant> at, String words) {
    ObjectNode node = links.addObject().put("link", link);
    at.ifPresent(time -> node.put("at", time.toString()));
    return node.put("words", words);
  }

  ObjectNode add(String link, Instant at, String words) {
    return add(link, Optional.of(at), words);
  }

  /**
   * Adds what breaks the chain.
   *
   * @param check what to do about it
   */
  void missing(String link, String words, String check) {
    links
        .addObject()
        .put("link", link)
        .put("words", words)
        .put("missing", true)
        .put("check", check);
  }
}
