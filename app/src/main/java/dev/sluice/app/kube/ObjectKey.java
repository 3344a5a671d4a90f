package dev.sluice.app.kube;

/** Names one object of a cluster. */
record ObjectKey(WatchedKind kind, String namespace, String name) {

  /** {@code ModelRouter default/chat}. */
  @Override
  public String toString() {
    return kind.word() + " " + namespace + "/" + name;
  }
}
