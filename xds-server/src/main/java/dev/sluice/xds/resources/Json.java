package dev.sluice.xds.resources;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;

/** Text as a JSON string, by the protobuf library that is here anyway. */
final class Json {

  private Json() {}

  static String quote(String text) {
    try {
      return JsonFormat.printer().print(Protos.text(text));
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
