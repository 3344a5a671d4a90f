package dev.sluice.xds.bootstrap;

/**
 * What a pod's preStop hook runs, so that no request fails when an Envoy is stopped: Envoy ends at
 * SIGTERM whatever it is doing. For bash, which Envoy's image has.
 */
final class Drain {

  /** The name of the script, beside {@link Bootstrap#FILE}. */
  static final String FILE = "drain.sh";

  private Drain() {}

  // Envoy's admin page knows HTTP/1.1 only, and is asked for what a client still waits for.
  static String script(BootstrapWriter.HostPort admin) {
    return """
        # Before Envoy is stopped: ask clients to go elsewhere, wait for those under way.
        set -eu
        ask() {
          exec 3<>/dev/tcp/%s/%d
          printf '%%s HTTP/1.1\\r\\nHost: envoy\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n' "$1" >&3
          cat <&3
          exec 3>&-
        }
        # Not ready any more; each answer says that its connection is closed.
        ask 'POST /healthcheck/fail' >/dev/null
        # Until nobody sends new requests here.
        sleep 5
        # For as long as the pod's terminationGracePeriodSeconds allows.
        while ask 'GET /stats?filter=^http.router.downstream_rq_active' | grep -q 'active: [1-9]'; do sleep 1; done
        """
        .formatted(admin.host(), admin.port());
  }
}
