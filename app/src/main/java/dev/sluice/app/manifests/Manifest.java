package dev.sluice.app.manifests;

/**
 * One accepted object.
 *
 * @param file where it was read
 * @param root the whole document, to find the line of a field
 */
record Manifest(ObjectId id, String file, Node root, Declared declared) {

  /** A problem of this object that only shows beside the others. */
  Problem problem(String field, String words) {
    return new Problem(file, root.lineOf(field), id.toString(), field, words);
  }
}
