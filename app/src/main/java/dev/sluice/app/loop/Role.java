package dev.sluice.app.loop;

/** Whether this process decides, or serves what another decided. */
public enum Role {
  /** Asks Prometheus, judges, remembers; the only one that writes statuses. */
  LEADER("leader"),

  /** Serves Envoys and dispatchers from what the leader remembers. */
  FOLLOWER("follower");

  private final String word;

  Role(String word) {
    this.word = word;
  }

  /** As pages and log lines say it. */
  public String word() {
    return word;
  }
}
