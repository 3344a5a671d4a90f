package dev.sluice.app.manifests;

/** Which object a document declares. Prints as {@code ModelRouter default/chat}. */
record ObjectId(Kind kind, String namespace, String name) {

  @Override
  public String toString() {
    return kind.word() + " " + namespace + "/" + name;
  }
}
