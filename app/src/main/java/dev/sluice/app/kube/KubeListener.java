package dev.sluice.app.kube;

/** Hears of every object of a cluster; called from the client's threads, must return at once. */
interface KubeListener {

  /** An object is there, or changed. */
  void seen(KubeObject object);

  /** An object is gone. */
  void gone(ObjectKey key);

  /** One that tells two. */
  static KubeListener both(KubeListener one, KubeListener other) {
    return new KubeListener() {
      @Override
      public void seen(KubeObject object) {
        one.seen(object);
        other.seen(object);
      }

      @Override
      public void gone(ObjectKey key) {
        one.gone(key);
        other.gone(key);
      }
    };
  }
}
