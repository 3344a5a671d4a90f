package dev.sluice.foreman.rpc;

import dev.sluice.model.ServiceRef;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where a page of services ended. It names the last service and no position, so a page stays right
 * when services come and go in between.
 */
record PageToken(ServiceRef last) {

  String encode() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(last.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads a token.
   *
   * @throws IllegalArgumentException if {@link #encode()} didn't make it
   */
  static PageToken decode(String text) {
    byte[] decoded = Base64.getUrlDecoder().decode(text);
    return new PageToken(ServiceRef.parse(new String(decoded, StandardCharsets.UTF_8)));
  }
}
