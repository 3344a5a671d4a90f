package dev.sluice.xds.resources;

import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import dev.sluice.xds.router.RouterSettings.AuditLog;
import dev.sluice.xds.router.RouterSpec;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StdoutAccessLog;

/** A line of JSON for each request: what was asked for, which rule took it, who answered, how. */
final class AuditLogger {

  private AuditLogger() {}

  static AccessLog compile(RouterSpec router, AuditLog log) {
    SubstitutionFormatString format =
        SubstitutionFormatString.newBuilder().setJsonFormat(line(router)).build();
    return log.file()
        .map(
            path ->
                logger(
                    "envoy.access_loggers.file",
                    FileAccessLog.newBuilder().setPath(path).setLogFormat(format).build()))
        .orElseGet(
            () ->
                logger(
                    "envoy.access_loggers.stdout",
                    StdoutAccessLog.newBuilder().setLogFormat(format).build()));
  }

  private static AccessLog logger(String name, Message config) {
    return AccessLog.newBuilder().setName(name).setTypedConfig(Protos.any(config)).build();
  }

  private static Struct line(RouterSpec router) {
    String classification = router.settings().classificationHeader();
    return Struct.newBuilder()
        .putFields("time", Protos.text("%START_TIME%"))
        .putFields("request_id", Protos.text("%REQ(X-REQUEST-ID)%"))
        .putFields("router", Protos.text(router.ref().toString()))
        .putFields("path", Protos.text("%REQ(:PATH)%"))
        .putFields("model", Protos.text("%DYNAMIC_METADATA(sluice:model)%"))
        .putFields("classification", Protos.text("%REQ(" + classification + ")%"))
        .putFields("rule", Protos.text("%ROUTE_NAME%"))
        .putFields("backend", Protos.text("%UPSTREAM_METADATA(sluice:backend)%"))
        .putFields("code", Protos.text("%RESPONSE_CODE%"))
        .putFields("flags", Protos.text("%RESPONSE_FLAGS%"))
        .putFields("attempts", Protos.text("%UPSTREAM_REQUEST_ATTEMPT_COUNT%"))
        .putFields("bytes", Protos.text("%BYTES_SENT%"))
        .putFields("duration_ms", Protos.text("%DURATION%"))
        .build();
  }
}
