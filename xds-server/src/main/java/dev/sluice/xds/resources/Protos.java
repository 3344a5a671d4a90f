package dev.sluice.xds.resources;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.Map;
import java.util.TreeMap;

/** The well-known wrappings that Envoy's messages ask for. */
final class Protos {

  /** Ask for it on the stream it was named on. */
  static final ConfigSource ADS =
      ConfigSource.newBuilder()
          .setAds(AggregatedConfigSource.getDefaultInstance())
          .setResourceApiVersion(ApiVersion.V3)
          .build();

  private Protos() {}

  static Any any(Message message) {
    return Any.pack(message);
  }

  static Duration duration(java.time.Duration duration) {
    return Duration.newBuilder()
        .setSeconds(duration.toSeconds())
        .setNanos(duration.toNanosPart())
        .build();
  }

  static UInt32Value uint32(int value) {
    return UInt32Value.of(value);
  }

  static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  static Value value(Struct struct) {
    return Value.newBuilder().setStructValue(struct).build();
  }

  /** A structure of one field. */
  static Value struct(String key, Value value) {
    return value(Struct.newBuilder().putFields(key, value).build());
  }

  static HttpFilter httpFilter(String name, Message config) {
    return HttpFilter.newBuilder().setName(name).setTypedConfig(any(config)).build();
  }

  /** Metadata in our namespace; sorted, so that equal inputs serialise alike. */
  static Metadata metadata(Map<String, String> entries) {
    Struct.Builder struct = Struct.newBuilder();
    new TreeMap<>(entries).forEach((key, value) -> struct.putFields(key, text(value)));
    return Metadata.newBuilder().putFilterMetadata(EnvoyNames.METADATA, struct.build()).build();
  }
}
