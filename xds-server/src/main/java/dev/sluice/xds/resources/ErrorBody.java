package dev.sluice.xds.resources;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.model.RouterRef;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ComparisonFilter;
import io.envoyproxy.envoy.config.accesslog.v3.OrFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ResponseFlagFilter;
import io.envoyproxy.envoy.config.accesslog.v3.StatusCodeFilter;
import io.envoyproxy.envoy.config.core.v3.RuntimeUInt32;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper;

/**
 * What a client reads when no backend answered, in the shape of OpenAI's errors, which clients
 * already parse.
 */
final class ErrorBody {

  private static final String TYPE = "sluice_router_error";
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  private ErrorBody() {}

  /** Of an answer that a route gives by itself. */
  static String json(String message) {
    return "{\"error\":{\"message\":" + Json.quote(message) + ",\"type\":\"" + TYPE + "\"}}";
  }

  /**
   * Of answers that Envoy makes up: no healthy upstream, a timeout, a reset. Those it flags; the
   * answers of routes it doesn't, nor refusals of a caller.
   */
  static LocalReplyConfig ofEnvoy(RouterRef router) {
    Struct error =
        Struct.newBuilder()
            .putFields("message", Protos.text("ModelRouter " + router + ": %LOCAL_REPLY_BODY%"))
            .putFields("type", Protos.text(TYPE))
            .build();
    Struct body =
        Struct.newBuilder()
            .putFields("error", Value.newBuilder().setStructValue(error).build())
            .build();
    return LocalReplyConfig.newBuilder()
        .addMappers(
            ResponseMapper.newBuilder()
                .setFilter(
                    AccessLogFilter.newBuilder()
                        .setOrFilter(
                            OrFilter.newBuilder()
                                .addFilters(
                                    AccessLogFilter.newBuilder()
                                        .setResponseFlagFilter(
                                            ResponseFlagFilter.getDefaultInstance()))
                                .addFilters(status(UNAUTHORIZED))
                                .addFilters(status(FORBIDDEN))))
                .setBodyFormatOverride(SubstitutionFormatString.newBuilder().setJsonFormat(body)))
        .build();
  }

  private static AccessLogFilter status(int code) {
    return AccessLogFilter.newBuilder()
        .setStatusCodeFilter(
            StatusCodeFilter.newBuilder()
                .setComparison(
                    ComparisonFilter.newBuilder()
                        .setOp(ComparisonFilter.Op.EQ)
                        .setValue(
                            RuntimeUInt32.newBuilder()
                                .setDefaultValue(code)
                                // Envoy asks for a key; nobody sets this one.
                                .setRuntimeKey("sluice.refusal." + code))))
        .build();
  }
}
