package dev.sluice.xds.serving;

/**
 * Names the content of a fleet's resources: equal content has an equal version, in every process
 * and after every restart.
 *
 * @param text 16 hexadecimal digits of a SHA-256
 */
public record SnapshotVersion(String text) {

  @Override
  public String toString() {
    return text;
  }
}
