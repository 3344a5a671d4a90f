package dev.sluice.app.kube;

/** Writes objectives, and what is said of targets, to the API server; calls block. */
interface ObjectiveWriter {

  /** Makes one write. What is deleted already counts as done. */
  StatusWriter.Outcome write(ObjectiveWrite write);
}
