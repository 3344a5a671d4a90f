package dev.sluice.xds.router;

/**
 * A provider's key. It prints as stars, so that no log and no error can tell it.
 *
 * @param value as the provider gave it
 */
public record Credential(String value) {
  @Override
  public String toString() {
    return "***";
  }
}
