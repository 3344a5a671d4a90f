package dev.sluice.xds.router;

/**
 * One key of a Secret.
 *
 * @param namespace the router's own
 * @param secret the Secret's name
 * @param key the key in its data
 */
public record CredentialRef(String namespace, String secret, String key) {
  @Override
  public String toString() {
    return namespace + "/" + secret + "[" + key + "]";
  }
}
