package dev.sluice.app.kube;

/** Hears of every object of a cluster; called from the client's threads, must return at once. */
interface KubeListener {

  /** An object is there, or changed. */
  void seen(KubeObject object);

  /** An object is gone. */
  void gone(ObjectKey key);
}
